import { afterEach, beforeEach, expect, jest, test } from "@jest/globals";
import { AppError } from "@waiter/errors";
import { ApiProbe } from "./api-probe.ts";

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

function start() {
  const state = { answer: (): Promise<unknown> | undefined => Promise.resolve() };
  const changes: boolean[] = [];
  const probe = new ApiProbe({
    ask: () => state.answer(),
    intervalMs: 5_000,
    waitMs: 2_500,
    retryMs: 1_000,
    onChange: (reachable) => changes.push(reachable),
  });
  probe.start();
  return { state, changes, probe, pass: (ms: number) => jest.advanceTimersByTimeAsync(ms) };
}

test("an api that says nothing is away after two questions, and back with one answer", async () => {
  const { state, changes, pass } = start();
  await pass(1_000);
  expect(changes).toEqual([true]);
  state.answer = () => new Promise(() => undefined);
  await pass(5_000 + 2_500);
  expect(changes).toEqual([true]);
  await pass(1_000 + 2_500);
  expect(changes).toEqual([true, false]);
  state.answer = () => Promise.resolve();
  await pass(1_000);
  expect(changes).toEqual([true, false, true]);
});

test("one failure, a full queue and nothing to ask change nothing", async () => {
  const { state, changes, probe, pass } = start();
  state.answer = () => undefined;
  await pass(10_000);
  expect([changes, probe.isReachable]).toEqual([[], undefined]);
  state.answer = () => Promise.reject(new AppError("overloaded"));
  await pass(20_000);
  let count = 0;
  state.answer = () =>
    (count += 1) % 2 === 0 ? Promise.resolve() : Promise.reject(new AppError("unavailable"));
  await pass(60_000);
  expect(changes).toEqual([true]);
  probe.close();
  expect(jest.getTimerCount()).toBe(0);
});
