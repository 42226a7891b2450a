import { expect, test } from "@jest/globals";
import { runFriday } from "@waiter/bench";

const seed = Number(process.env["WAITER_FRIDAY_SEED"] ?? Date.now() % 1_000_000);

test(`G5: a short evening is recounted without a difference (WAITER_FRIDAY_SEED=${seed})`, async () => {
  const said: string[] = [];
  const result = await runFriday({
    seed,
    restaurants: 3,
    tables: 45,
    staff: 18,
    minutes: 10,
    killEveryMinutes: 4,
    minutesPerCall: 8,
    say: (text) => said.push(text),
  });
  expect({ problems: result.problems, said: result.problems.length > 0 ? said : [] }).toEqual({
    problems: [],
    said: [],
  });
  expect(result.requests).toBeGreaterThan(10);
  expect(result.levels).toBeGreaterThan(5);
  expect(result.posts).toBeGreaterThan(5);
  expect(result.kills).toBeGreaterThan(0);
}, 600_000);
