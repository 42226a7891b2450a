import { expect, test } from "@jest/globals";
import { runNemesis } from "@waiter/bench";

const seed = Number(process.env["WAITER_NEMESIS_SEED"] ?? Date.now() % 1_000_000);

test(`G1, G2, G3: screens and pages equal the database after faults (WAITER_NEMESIS_SEED=${seed})`, async () => {
  const said: string[] = [];
  const result = await runNemesis({
    durationMs: 25_000,
    seed,
    screens: 12,
    restaurants: 3,
    perSecond: 20,
    say: (text) => said.push(text),
  });
  expect({ problems: result.problems, said: result.problems.length > 0 ? said : [] }).toEqual({
    problems: [],
    said: [],
  });
  expect(result.events).toBeGreaterThan(50);
  expect(result.acknowledged).toBeGreaterThan(20);
  expect(result.escalations).toBeGreaterThan(0);
  expect(result.wire.events).toBeGreaterThan(0);
}, 300_000);
