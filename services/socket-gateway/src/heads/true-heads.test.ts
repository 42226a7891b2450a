import { afterEach, beforeEach, expect, jest, test } from "@jest/globals";
import { silentLogger } from "@waiter/logger";
import { TrueHeads, type TrueHeadsOptions } from "./true-heads.ts";

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

test("reschedule during a round starts no second round", async () => {
  let answer = (): void => undefined;
  let asked = 0;
  const trueHeads = new TrueHeads({
    ask: () => {
      asked += 1;
      return new Promise((resolve) => (answer = () => resolve([])));
    },
    tenants: () => ["t"],
    hasStaff: () => true,
    isDegraded: () => false,
    intervalMs: 1_000,
    degradedIntervalMs: 100,
    logger: silentLogger,
  } as Partial<TrueHeadsOptions> as TrueHeadsOptions);
  trueHeads.start();
  await jest.advanceTimersByTimeAsync(1_000);
  trueHeads.reschedule();
  answer();
  await jest.advanceTimersByTimeAsync(0);
  expect([asked, jest.getTimerCount()]).toEqual([1, 1]);
  trueHeads.close();
  expect(jest.getTimerCount()).toBe(0);
});
