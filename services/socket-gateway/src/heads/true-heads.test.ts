import { setImmediate } from "node:timers";
import { afterEach, beforeEach, expect, jest, test } from "@jest/globals";
import { silentLogger } from "@waiter/logger";
import { TrueHeads, type TrueHeadsOptions } from "./true-heads.ts";

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

test("reschedule during a round starts no second round", async () => {
  let answer = (): void => undefined;
  let asked = 0;
  const trueHeads = new TrueHeads({
    askChanges: () => {
      asked += 1;
      return new Promise((resolve) => (answer = () => resolve({ next: "1", isVoid: false })));
    },
    positions: { note: () => undefined, noteRound: () => undefined },
    onChanged: () => undefined,
    tenants: () => ["t"],
    tenantCount: () => 1,
    hasStaff: () => true,
    isDegraded: () => false,
    intervalMs: 1_000,
    degradedIntervalMs: 100,
    comparisonMs: 1e9,
    logger: silentLogger,
  } as Partial<TrueHeadsOptions> as TrueHeadsOptions);
  trueHeads.start();
  await jest.advanceTimersByTimeAsync(1_000);
  trueHeads.reschedule();
  answer();
  await jest.advanceTimersByTimeAsync(0);
  expect([asked, jest.getTimerCount()]).toEqual([1, 2]);
  trueHeads.close();
  expect(jest.getTimerCount()).toBe(0);
});

interface Stage {
  readonly trueHeads: TrueHeads;
  /** The questions: a position, or the number of tenants that were compared. */
  readonly asked: (string | number)[];
}

function setUp(options: Partial<TrueHeadsOptions>, tenants = 1_000): Stage {
  const asked: (string | number)[] = [];
  const ids = Array.from({ length: tenants }, (_, index) => `t${index}`);
  const trueHeads = new TrueHeads({
    ask: (wanted) => {
      asked.push(wanted.length);
      return Promise.resolve({ unanswered: [], unknown: [] });
    },
    askChanges: (since) => {
      asked.push(since);
      return Promise.resolve({ next: `${since}+`, isVoid: false });
    },
    positions: { note: () => undefined, noteRound: () => undefined },
    onChanged: () => undefined,
    tenants: () => [...ids],
    tenantCount: () => ids.length,
    hasTenant: () => true,
    hasStaff: () => true,
    isDegraded: () => false,
    intervalMs: 1e9,
    degradedIntervalMs: 1e9,
    comparisonMs: 1e9,
    logger: silentLogger,
    ...options,
  } as TrueHeadsOptions);
  trueHeads.start();
  return { trueHeads, asked };
}

test("each round asks only for what changed since the last one", async () => {
  const { trueHeads, asked } = setUp({ intervalMs: 1_000 });
  await jest.advanceTimersByTimeAsync(3_000);
  expect(asked).toEqual(["", "+", "++"]);
  trueHeads.close();
});

test("a void position and an api of 0.2 make a comparison of every tenant", async () => {
  for (const answer of [{ next: "n", isVoid: true }, undefined]) {
    const { trueHeads, asked } = setUp({
      intervalMs: 1_000,
      askChanges: () => Promise.resolve(answer),
    });
    await jest.advanceTimersByTimeAsync(1_000);
    expect(asked).toEqual([1_000]);
    trueHeads.close();
  }
});

test("a round that fails is asked again from the same position", async () => {
  let fails = false;
  const asked: string[] = [];
  const { trueHeads } = setUp({
    intervalMs: 1_000,
    askChanges: (since) => {
      asked.push(since);
      return fails
        ? Promise.reject(new Error("503"))
        : Promise.resolve({ next: "5", isVoid: false });
    },
  });
  await jest.advanceTimersByTimeAsync(1_000);
  fails = true;
  await jest.advanceTimersByTimeAsync(1_000);
  fails = false;
  await jest.advanceTimersByTimeAsync(1_000);
  expect(asked).toEqual(["", "5", "5"]);
  trueHeads.close();
});

test("every tenant is compared once within the time, in slices", async () => {
  const { trueHeads, asked } = setUp({ comparisonMs: 300_000 });
  await jest.advanceTimersByTimeAsync(150_000);
  expect(asked).toEqual([200, 200]);
  await jest.advanceTimersByTimeAsync(150_000);
  expect(asked).toEqual([200, 200, 200, 200, 200]);
  trueHeads.close();
});

test("tenants of a failed batch are asked for again in each round until they are answered", async () => {
  let fails = true;
  const asked: (readonly string[])[] = [];
  const { trueHeads } = setUp(
    {
      intervalMs: 1_000,
      askChanges: (since) => Promise.resolve({ next: "5", isVoid: since === "" }),
      ask: (tenants) => {
        asked.push(tenants);
        return Promise.resolve({ unanswered: fails ? ["t1", "gone"] : [], unknown: [] });
      },
      hasTenant: (tenant) => tenant !== "gone",
    },
    3,
  );
  await jest.advanceTimersByTimeAsync(2_000);
  fails = false;
  await jest.advanceTimersByTimeAsync(3_000);
  expect(asked).toEqual([["t0", "t1", "t2"], ["t1"], ["t1"]]);
  trueHeads.close();
});

test("tenants whose repetition rejects are asked for in the next round", async () => {
  const asked: (readonly string[])[] = [];
  const { trueHeads } = setUp(
    {
      intervalMs: 1_000,
      askChanges: (since) => Promise.resolve({ next: "5", isVoid: since === "" }),
      ask: (tenants) => {
        asked.push(tenants);
        if (asked.length === 2) return Promise.reject(new Error("no answer"));
        return Promise.resolve({ unanswered: asked.length === 1 ? ["t1"] : [], unknown: [] });
      },
    },
    3,
  );
  await jest.advanceTimersByTimeAsync(4_000);
  expect(asked).toEqual([["t0", "t1", "t2"], ["t1"], ["t1"]]);
  trueHeads.close();
});

test("rounds go on while a repeated batch hangs, and no second repetition begins", async () => {
  const batches: PromiseWithResolvers<{ unanswered: string[]; unknown: string[] }>[] = [];
  const { trueHeads, asked } = setUp(
    {
      intervalMs: 1_000,
      ask: () => {
        const batch = Promise.withResolvers<{ unanswered: string[]; unknown: string[] }>();
        batches.push(batch);
        return batch.promise;
      },
    },
    3,
  );
  void trueHeads.askAll();
  batches[0]?.resolve({ unanswered: ["t1"], unknown: [] });
  await jest.advanceTimersByTimeAsync(1_000);
  void trueHeads.askAll();
  batches[2]?.resolve({ unanswered: ["t2"], unknown: [] });
  await jest.advanceTimersByTimeAsync(2_000);
  expect([asked, batches.length]).toEqual([["", "+", "++"], 3]);
  batches[1]?.resolve({ unanswered: [], unknown: [] });
  await jest.advanceTimersByTimeAsync(1_000);
  expect([asked.length, batches.length]).toEqual([4, 4]);
  trueHeads.close();
});

test("the sockets of at most 20 deleted tenants end in one turn of the event loop", async () => {
  const unknown = Array.from({ length: 90 }, (_, index) => `t${index}`);
  const ended: string[] = [];
  const state = { inTurn: 0, most: 0 };
  const { trueHeads } = setUp({
    ask: () => Promise.resolve({ unanswered: [], unknown }),
    revoked: {
      add: (_tenant: string, [id = ""]: readonly string[]) => {
        ended.push(id);
        if (state.inTurn === 0) setImmediate(() => (state.inTurn = 0));
        state.inTurn += 1;
        state.most = Math.max(state.most, state.inTurn);
      },
    } as never,
  });
  await trueHeads.askAll();
  expect([ended, state.most]).toEqual([unknown, 20]);
  trueHeads.close();
});
