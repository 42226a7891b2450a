import { expect, test } from "@jest/globals";
import { TurnBudget } from "./turn-budget.ts";

function setUp(turnMs: number) {
  let clock = 0;
  const turns: (() => void)[] = [];
  const budget = new TurnBudget(
    turnMs,
    () => clock,
    (run) => turns.push(run),
  );
  const work = (ms: number) => budget.run(() => void (clock += ms));
  return { budget, work, turns };
}

test("a turn's time is spent by its work and is there again in the next turn", () => {
  const { budget, work, turns } = setUp(4);
  work(3);
  expect(budget.isSpent).toBe(false);
  work(3);
  expect(budget.isSpent).toBe(true);
  expect(turns).toHaveLength(1);
  turns.shift()?.();
  expect(budget.isSpent).toBe(false);
  work(4);
  expect(budget.isSpent).toBe(true);
  expect(turns).toHaveLength(1);
});

test("work that throws counts, and its error arrives", () => {
  const { budget, work } = setUp(1);
  expect(() =>
    budget.run(() => {
      work(2);
      throw new Error("refused");
    }),
  ).toThrow("refused");
  expect(budget.isSpent).toBe(true);
});

test("a budget of zero is always spent", () => {
  expect(setUp(0).budget.isSpent).toBe(true);
});
