import { describe, expect, jest, test } from "@jest/globals";
import type { Store } from "express-rate-limit";
import { FallbackStore } from "./fallback-store.ts";
import { MemoryCounter } from "./memory-counter.ts";

const resetTime = new Date();
const local: Store = {
  increment: () => ({ totalHits: 1, resetTime }),
  decrement() {},
  resetKey() {},
};

function shared(answer: () => Promise<number>): Store & { asked: number } {
  const store = {
    asked: 0,
    increment: async () => {
      store.asked += 1;
      return { totalHits: await answer(), resetTime };
    },
    decrement() {},
    resetKey() {},
  };
  return store;
}
const hits = async (store: FallbackStore): Promise<number> =>
  (await store.increment("key")).totalHits;

describe("a rate limit's counter", () => {
  test("counts where all processes count, while that answers", async () => {
    expect(
      await hits(
        new FallbackStore(
          shared(async () => 42),
          local,
          { available: () => true },
        ),
      ),
    ).toBe(42);
  });

  test("counts here, without asking, while there is no connection", async () => {
    const store = shared(async () => 42);
    expect(await hits(new FallbackStore(store, local, { available: () => false }))).toBe(1);
    expect(store.asked).toBe(0);
  });

  test("asks Redis again after the pause although the clock was set back", async () => {
    jest.useFakeTimers();
    try {
      let answer: () => Promise<number> = () => Promise.reject(new Error("gone"));
      const limit = new FallbackStore(
        shared(() => answer()),
        local,
        { available: () => true },
      );
      expect(await hits(limit)).toBe(1);
      answer = async () => 42;
      jest.setSystemTime(Date.now() - 3_600_000);
      jest.advanceTimersByTime(5_000);
      expect(await hits(limit)).toBe(42);
    } finally {
      jest.useRealTimers();
    }
  });

  test("after a failure pauses, then lets one caller try Redis", async () => {
    let now = 1_000;
    let answer: () => Promise<number> = () => Promise.reject(new Error("gone"));
    const store = shared(() => answer());
    const limit = new FallbackStore(store, local, {
      available: () => true,
      timeoutMs: 5,
      pauseMs: 5_000,
      now: () => now,
    });
    expect([await hits(limit), await hits(limit), store.asked]).toEqual([1, 1, 1]);
    now += 5_000;
    answer = () => new Promise(() => undefined);
    expect([await Promise.all([hits(limit), hits(limit)]), store.asked]).toEqual([[1, 1], 2]);
    now += 5_000;
    answer = async () => 42;
    expect([await hits(limit), await hits(limit), store.asked]).toEqual([42, 42, 4]);
  });

  test("in this process holds a bounded number of keys", () => {
    const counter = new MemoryCounter(60_000, 2);
    expect([counter.increment("a").totalHits, counter.increment("a").totalHits]).toEqual([1, 2]);
    counter.increment("b");
    counter.increment("c");
    expect(counter.increment("a").totalHits).toBe(1);
  });
});
