import { expect, test } from "@jest/globals";
import { inTurns } from "./in-turns.ts";
import { nextTurn } from "./next-turn.ts";

test("works that go on at the same time share the turns, a slice in each", async () => {
  const steps: string[] = [];
  const turn = { current: 0, slices: [] as number[] };
  const count = (): void => {
    turn.slices[turn.current] = (turn.slices[turn.current] ?? 0) + 1;
  };
  const ticking = setInterval(() => undefined, 1e6);
  const tick = (): void => {
    turn.current += 1;
    if (ticking.hasRef()) setImmediate(tick);
  };
  setImmediate(tick);
  const work = async (name: string): Promise<void> => {
    for (let slice = 1; slice <= 3; slice += 1) {
      await nextTurn();
      steps.push(`${name}${slice}`);
      count();
    }
  };
  await Promise.all([work("a"), work("b"), work("c")]);
  ticking.unref();
  clearInterval(ticking);
  expect(steps).toEqual(["a1", "b1", "c1", "a2", "b2", "c2", "a3", "b3", "c3"]);
  expect(turn.slices.filter((slices) => slices > 1)).toEqual([]);
});

test("a work that ends or fails leaves the turns to the others", async () => {
  const seen: number[] = [];
  const failing = inTurns([1, 2, 3], 1, ([item = 0]) => {
    if (item === 2) throw new Error("no");
  });
  const others = inTurns([1, 2, 3, 4], 1, ([item = 0]) => seen.push(item));
  await expect(failing).rejects.toThrow("no");
  await others;
  expect(seen).toEqual([1, 2, 3, 4]);
});
