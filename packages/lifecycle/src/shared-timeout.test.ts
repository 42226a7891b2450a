import { setTimeout as delay } from "node:timers/promises";
import { afterEach, beforeEach, expect, jest, test } from "@jest/globals";
import { SharedTimeout } from "./shared-timeout.ts";

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

test("each task is late after its own time, once, and not when it ended before", () => {
  const timeout = new SharedTimeout(100);
  const late: string[] = [];
  const tasks = ["a", "b", "c"].map((name) => () => void late.push(name));
  const [a, b, c] = tasks as [() => void, () => void, () => void];
  timeout.begin(a);
  jest.advanceTimersByTime(60);
  timeout.begin(b);
  timeout.begin(c);
  timeout.end(b);
  jest.advanceTimersByTime(39);
  expect(late).toEqual([]);
  jest.advanceTimersByTime(1);
  expect(late).toEqual(["a"]);
  jest.advanceTimersByTime(59);
  expect(late).toEqual(["a"]);
  jest.advanceTimersByTime(1);
  expect(late).toEqual(["a", "c"]);
  jest.advanceTimersByTime(1_000);
  expect(late).toEqual(["a", "c"]);
  expect(jest.getTimerCount()).toBe(0);
});

test("a task that begins after all others ended has its whole time", () => {
  const timeout = new SharedTimeout(100);
  const late: string[] = [];
  const first = () => void late.push("first");
  timeout.begin(first);
  timeout.end(first);
  jest.advanceTimersByTime(99);
  timeout.begin(() => void late.push("second"));
  jest.advanceTimersByTime(99);
  expect(late).toEqual([]);
  jest.advanceTimersByTime(1);
  expect(late).toEqual(["second"]);
});

test("a late task that begins another one leaves one timer", () => {
  const timeout = new SharedTimeout(100);
  const late: string[] = [];
  timeout.begin(() => timeout.begin(() => void late.push("second")));
  jest.advanceTimersByTime(100);
  expect(jest.getTimerCount()).toBe(1);
  jest.advanceTimersByTime(100);
  expect(late).toEqual(["second"]);
});

test("a late task that begins another one delays none of the others", () => {
  const timeout = new SharedTimeout(100);
  const late: string[] = [];
  timeout.begin(() => timeout.begin(() => void late.push("third")));
  jest.advanceTimersByTime(10);
  timeout.begin(() => void late.push("second"));
  jest.advanceTimersByTime(100);
  expect(late).toEqual(["second"]);
  jest.advanceTimersByTime(90);
  expect(late).toEqual(["second", "third"]);
  expect(jest.getTimerCount()).toBe(0);
});

test("a promise has its result, its rejection or a TimeoutError", async () => {
  jest.useRealTimers();
  const timeout = new SharedTimeout(20);
  await expect(timeout.limit(Promise.resolve(1))).resolves.toBe(1);
  await expect(timeout.limit(Promise.reject(new Error("no")))).rejects.toThrow("no");
  // Rejected later, and handled.
  const slow = delay(40).then(() => Promise.reject(new Error("late")));
  await expect(timeout.limit(slow)).rejects.toThrow("no answer within 20 ms");
  await delay(40);
});
