import { expect, test } from "@jest/globals";
import { drainConnections } from "./drain-connections.ts";

function setUp(count: number, leavesByItself: boolean) {
  let now = 0;
  const open = new Set(Array.from({ length: count }, (_, index) => index));
  const closedAt: number[] = [];
  const announced = new Map<number, number>();
  const done = drainConnections({
    connections: () => [...open],
    announce: (connection, inMs) => {
      announced.set(connection, inMs);
      if (leavesByItself) open.delete(connection);
    },
    close: (connection) => {
      open.delete(connection);
      closedAt.push(now);
    },
    windowMs: 10_000,
    now: () => now,
    sleep: async (ms) => void (now += ms),
  });
  return { done, closedAt, announced, now: () => now };
}

test("connections close evenly over the window, each at its announced time", async () => {
  const { done, closedAt, announced, now } = setUp(1_000, false);
  await done;
  expect(closedAt).toHaveLength(1_000);
  expect(announced.size).toBe(1_000);
  expect(now()).toBeLessThanOrEqual(10_000);
  const perSecond = Map.groupBy(closedAt, (at) => Math.floor(at / 1_000));
  for (const closed of perSecond.values()) expect(closed.length).toBeLessThanOrEqual(200);
});

test("the drain ends when no connection is left", async () => {
  const { done, now } = setUp(1_000, true);
  await done;
  expect(now()).toBe(0);
});

test("a turn of the event loop announces at most 200 moves", async () => {
  const perTurn = [0];
  const open = new Set(Array.from({ length: 1_000 }, (_, index) => index));
  await drainConnections({
    connections: () => [...open],
    announce: (connection) => {
      open.delete(connection);
      perTurn.push((perTurn.pop() ?? 0) + 1);
    },
    close: () => undefined,
    windowMs: 10_000,
    nextTurn: async () => void perTurn.push(0),
  });
  expect(perTurn).toEqual([200, 200, 200, 200, 200]);
});
