import { describe, expect, test } from "@jest/globals";
import { hold, type Held } from "./hold.ts";

interface Item {
  readonly id: string;
  readonly group: string;
}
const item = (id: string, group = "waiting"): Item => ({ id, group });
const base = {
  keyOf: ({ id }: Item) => id,
  groupOf: ({ group }: Item) => group,
  lingerMs: () => 1_500,
  pendingSince: undefined,
};
const calm = (now: number) => ({ ...base, now, touching: false });
const touched = (now: number, pendingSince?: number) => ({
  ...base,
  now,
  touching: true,
  pendingSince,
});
const idsOf = (shown: readonly Held<Item>[]) => shown.map(({ key }) => key);
const start = (...items: Item[]) => hold([], items, calm(0)).shown;

describe("without a finger near", () => {
  test("the list is as it should be", () => {
    const { shown, pending } = hold(
      start(item("a"), item("b")),
      [item("b"), item("c")],
      calm(5_000),
    );
    expect(idsOf(shown.filter(({ gone }) => !gone))).toEqual(["b", "c"]);
    expect(pending).toBe(false);
  });

  test("what leaves keeps its place for a moment, then is gone", () => {
    const left = hold(
      start(item("a"), item("b"), item("c")),
      [item("a"), item("c")],
      calm(0),
    ).shown;
    expect(idsOf(left)).toEqual(["a", "b", "c"]);
    expect(left[1]?.gone).toBe(true);
    expect(idsOf(hold(left, [item("a"), item("c")], calm(1_499)).shown)).toEqual(["a", "b", "c"]);
    expect(idsOf(hold(left, [item("a"), item("c")], calm(1_500)).shown)).toEqual(["a", "c"]);
  });

  test("what changes its group stays where it is for a moment, then moves", () => {
    const items = [item("a", "mine"), item("b")];
    const moving = hold(start(item("a"), item("b")), items, calm(0)).shown;
    expect(moving.map(({ key, group }) => `${key} ${group}`)).toEqual(["a waiting", "b waiting"]);
    const moved = hold(moving, items, calm(1_500)).shown;
    expect(moved.map(({ key, group }) => `${key} ${group}`)).toEqual(["a mine", "b waiting"]);
  });

  test("the first and the last of a group keep their places too", () => {
    const shown = start(item("a", "mine"), item("b"), item("c", "others"));
    const left = hold(shown, [], calm(0)).shown;
    expect(idsOf(left)).toEqual(["a", "b", "c"]);
    expect(idsOf(hold(shown, [item("a", "mine"), item("c", "others")], calm(0)).shown)).toEqual([
      "a",
      "b",
      "c",
    ]);
  });
});

describe("with a finger near", () => {
  test("nothing changes its place; new ones come behind everything of the last group", () => {
    const items = [item("c"), item("b"), item("a")];
    const { shown, pending } = hold(start(item("a"), item("b")), items, touched(100));
    expect(idsOf(shown)).toEqual(["a", "b", "c"]);
    expect(pending).toBe(true);
  });

  test("a new item that would push others away waits", () => {
    const before = start(item("a"), item("b", "others"));
    const items = [item("a"), item("new"), item("b", "others")];
    expect(idsOf(hold(before, items, touched(100)).shown)).toEqual(["a", "b"]);
    expect(idsOf(hold(before, items, calm(700)).shown)).toEqual(["a", "new", "b"]);
  });

  test("the places wait no longer than two seconds", () => {
    const items = [item("b"), item("a")];
    const before = start(item("a"), item("b"));
    expect(idsOf(hold(before, items, touched(1_999, 0)).shown)).toEqual(["a", "b"]);
    expect(idsOf(hold(before, items, touched(2_000, 0)).shown)).toEqual(["b", "a"]);
  });
});
