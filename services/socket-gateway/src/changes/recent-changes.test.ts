import { expect, test } from "@jest/globals";
import type { Head } from "@waiter/contracts";
import { Changes } from "./changed-tables.ts";
import { RecentChanges } from "./recent-changes.ts";

const at = (seq: number, epoch = "a"): Head => ({ epoch, seq });

/** An api whose tenant stands at `state.head`. */
function setUp() {
  const state = { head: at(5), asked: [] as Head[] };
  const recent = new RecentChanges({
    after: async (_tenantId, since) => {
      state.asked.push(since);
      const { head } = state;
      await new Promise(setImmediate);
      return new Changes({ ...head, tables: [{ table: "one", seq: head.seq }] }, since);
    },
  });
  const after = async (position: Head, published: Head | undefined) =>
    (await recent.after("t", position, published))?.concern("one", position);
  return { state, recent, after };
}

test("those who ask while a question is under way share its answer", async () => {
  const { state, after } = setUp();
  const first = after(at(3), at(5));
  const later = [after(at(4), at(5)), after(at(5), at(5))];
  await expect(Promise.all([first, ...later])).resolves.toEqual([true, true, false]);
  expect(state.asked).toEqual([at(3)]);
});

test("a published event, an older position and another epoch are asked for again", async () => {
  const { state, after } = setUp();
  await after(at(3), at(5));
  state.head = at(6);
  await expect(after(at(5), at(6))).resolves.toBe(true);
  await after(at(2), at(5));
  await after(at(5, "b"), at(5));
  await after(at(5), at(1, "b"));
  expect(state.asked).toEqual([at(3), at(5), at(2), at(5, "b"), at(5)]);
});

test("without a published head every question goes to the api", async () => {
  const { state, after } = setUp();
  await Promise.all([after(at(5), undefined), after(at(5), undefined)]);
  expect(state.asked).toHaveLength(2);
});

test("a forgotten tenant is asked for again", async () => {
  const { state, recent, after } = setUp();
  await after(at(5), at(5));
  recent.forget("t");
  await after(at(5), at(5));
  expect(state.asked).toHaveLength(2);
});
