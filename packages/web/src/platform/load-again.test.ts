import { afterEach, beforeEach, expect, jest, test } from "@jest/globals";
import { loadAgain } from "./load-again.ts";

const online = new Set<() => void>();

beforeEach(() => {
  jest.useFakeTimers();
  const globals = {
    addEventListener: (_name: string, listener: () => void) => online.add(listener),
    removeEventListener: (_name: string, listener: () => void) => online.delete(listener),
  };
  Object.assign(globalThis, globals);
});
afterEach(() => {
  jest.useRealTimers();
  online.clear();
  for (const name of ["addEventListener", "removeEventListener"])
    Reflect.deleteProperty(globalThis, name);
});

const lost = () => Promise.reject(new Error("lost"));

test("a part that does not come is asked for less and less often", async () => {
  const attempts: number[] = [];
  const end = loadAgain(
    (attempt) => {
      attempts.push(attempt);
      return lost();
    },
    () => undefined,
  );
  await jest.advanceTimersByTimeAsync(120_000);
  // Once a second would be 120; 1, 2, 4, 8, 16 and then 30 s are 7 or 8 pauses.
  expect(attempts.length).toBeGreaterThanOrEqual(7);
  expect(attempts.length).toBeLessThanOrEqual(9);
  expect(attempts).toEqual(attempts.map((_attempt, index) => index));
  end();
  await jest.advanceTimersByTimeAsync(120_000);
  expect(attempts.length).toBeLessThanOrEqual(9);
});

test("a device that is online again asks at once, and once it has come no more", async () => {
  let isThere = false;
  let asked = 0;
  const loaded: string[] = [];
  loadAgain(
    () => {
      asked++;
      return isThere ? Promise.resolve("code") : lost();
    },
    (code) => loaded.push(code),
  );
  await jest.advanceTimersByTimeAsync(8_000);
  const before = asked;
  isThere = true;
  for (const listener of online) listener();
  await jest.advanceTimersByTimeAsync(0);
  expect([asked, loaded]).toEqual([before + 1, ["code"]]);
  expect(online.size).toBe(0);
  await jest.advanceTimersByTimeAsync(120_000);
  expect(asked).toBe(before + 1);
});
