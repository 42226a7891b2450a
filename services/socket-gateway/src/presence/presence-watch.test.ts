import { afterEach, beforeEach, expect, jest, test } from "@jest/globals";
import { keys } from "@waiter/contracts";
import { Presence } from "@waiter/live-state";
import { PresenceWatch } from "./presence-watch.ts";

const refreshMs = 20_000;
const tenants = Array.from({ length: 20_000 }, (_, index) => `tenant-${index}`);

function start(hasStaff: (tenantId: string) => boolean = () => true) {
  const refreshed = new Map<string, number>();
  const looks: (readonly string[])[] = [];
  const sent: [tenantId: string, reach: string][] = [];
  const redis = { isAway: false, isAnnouncing: true, staff: ["ada"] };
  const named: number[] = [];
  const state = { underWay: 0, most: 0, inThisTurn: 0, mostPerTurn: 0 };
  const watch = new PresenceWatch({
    store: {
      refresh: async (tenantId) => {
        refreshed.set(tenantId, (refreshed.get(tenantId) ?? 0) + 1);
        state.inThisTurn += 1;
        state.underWay += 1;
        state.most = Math.max(state.most, state.underWay);
        state.mostPerTurn = Math.max(state.mostPerTurn, state.inThisTurn);
        await Promise.resolve();
        state.underWay -= 1;
        if (redis.isAway) throw new Error("away");
        return redis.staff;
      },
      remove: async () => [],
      look: async (some) => {
        looks.push(some);
      },
    },
    localMembers: () => ["ada:1"],
    tenants: () => tenants,
    withStaff: () => tenants.filter(hasStaff),
    isAnnouncing: () => redis.isAnnouncing,
    send: (tenantId, { staff }, reach) => {
      sent.push([tenantId, reach]);
      named.push(staff.length);
    },
    refreshMs,
    hasStaff,
    onOnline: () => undefined,
    leaveAfterMs: 5_000,
    onError: () => undefined,
  });
  return { watch, refreshed, looks, sent, named, redis, state };
}
beforeEach(() => void jest.useFakeTimers());
afterEach(() => {
  jest.restoreAllMocks();
  jest.useRealTimers();
});

test("each interval refreshes every tenant once, at most 50 in a turn of the event loop", async () => {
  const { watch, refreshed, state } = start();
  watch.start();
  // The first turn comes before the number of tenants is known.
  await jest.advanceTimersByTimeAsync(refreshMs / 100);
  for (let turn = 1; turn < 400; turn += 1) {
    state.inThisTurn = 0;
    await jest.advanceTimersByTimeAsync(refreshMs / 400);
  }
  watch.close();
  expect(refreshed.size).toBe(tenants.length);
  expect(new Set(refreshed.values())).toEqual(new Set([1]));
  expect(state.mostPerTurn).toBe(50);
});

test("a busy event loop does not stretch a round", async () => {
  const { watch, refreshed, state } = start();
  const clock = performance.now.bind(performance);
  // Each turn begins 30 ms late.
  let late = 0;
  jest.spyOn(performance, "now").mockImplementation(() => clock() + late);
  watch.start();
  while (clock() + late < refreshMs + 1_000) {
    const { inThisTurn } = state;
    await jest.advanceTimersToNextTimerAsync();
    if (state.inThisTurn > inThisTurn) late += 30;
  }
  watch.close();
  expect(refreshed.size).toBe(tenants.length);
});

test("a refresh of all tenants keeps at most 50 commands under way", async () => {
  const { watch, refreshed, state } = start();
  await watch.refreshAll();
  expect(refreshed.size).toBe(tenants.length);
  expect(state.most).toBe(50);
});

test("tenants with guests alone are looked at in every third round, a slice in one command", async () => {
  const { watch, refreshed, looks } = start((tenantId) => tenantId === "tenant-7");
  watch.start();
  await jest.advanceTimersByTimeAsync(refreshMs * 3 + 160);
  watch.close();
  expect(refreshed).toEqual(new Map([["tenant-7", 3]]));
  expect(looks.flat().toSorted()).toEqual(tenants.filter((id) => id !== "tenant-7").toSorted());
  expect(looks).toHaveLength(400);
});

test("a screen that could not be stored is announced to all gateways when Redis is back", async () => {
  const { watch, sent, redis } = start((tenantId) => tenantId === "tenant-7");
  redis.isAway = true;
  expect(await watch.join("tenant-7", "ada:1")).toBeUndefined();
  await watch.refreshAll();
  redis.isAway = false;
  await watch.refreshAll();
  await watch.refreshAll();
  expect(sent).toEqual([["tenant-7", "all"]]);
});

test("a screen that was announced while nothing could be published is announced again", async () => {
  const { watch, sent, redis } = start((tenantId) => tenantId === "tenant-7");
  redis.isAnnouncing = false;
  await watch.join("tenant-7", "ada:1");
  redis.isAnnouncing = true;
  await watch.refreshAll();
  await watch.refreshAll();
  expect(sent).toEqual([
    ["tenant-7", "all"],
    ["tenant-7", "all"],
  ]);
});

test("a presence of many people is sent once in as many ms as it names people", async () => {
  const { watch, named, redis } = start((tenantId) => tenantId === "tenant-7");
  const join = async (count: number) => {
    redis.staff = Array.from({ length: count }, (_, index) => `p${index}`);
    return (await watch.join("tenant-7", "ada:1"))?.staff.length;
  };
  // Who comes gets the names at once, by the room or alone.
  expect([await join(98), await join(99), await join(300)]).toEqual([undefined, undefined, 300]);
  expect([await join(301), await join(302)]).toEqual([301, 302]);
  expect(named).toEqual([98, 99]);
  await jest.advanceTimersByTimeAsync(300);
  expect(named).toEqual([98, 99, 302]);
  watch.close();
});

test("a presence that waited is read again: another gateway has sent a later one", async () => {
  const { watch, named, redis } = start((tenantId) => tenantId === "tenant-7");
  const people = (count: number) => Array.from({ length: count }, (_, index) => `p${index}`);
  const join = async (count: number) => {
    redis.staff = people(count);
    await watch.join("tenant-7", "ada:1");
  };
  await join(200);
  await join(201);
  redis.staff = people(202);
  watch.noteSent("tenant-7", { staff: redis.staff.map((id) => ({ id, state: "online" })) });
  await jest.advanceTimersByTimeAsync(1_000);
  expect(named).toEqual([200]);
  // What could not be read is announced when Redis is back.
  await join(203);
  await join(204);
  redis.isAway = true;
  await jest.advanceTimersByTimeAsync(1_000);
  expect(named).toEqual([200, 203]);
  redis.isAway = false;
  await watch.refreshAll();
  expect(named).toEqual([200, 203, 204]);
  watch.close();
});

test("on a Cluster a shard that is slow or away delays the looks at its own tenants alone", async () => {
  const told: string[] = [];
  const answers = new Map([
    ["away", () => Promise.reject(new Error("away"))],
    ["slow", () => new Promise((resolve) => setTimeout(() => resolve(["ada"]), 400))],
    ["well", () => Promise.resolve([])],
  ]);
  const client = {
    isCluster: true,
    evalsha: (_sha: string, _count: number, key: string) =>
      [...answers].find(([tenantId]) => key === keys.presence(tenantId))?.[1](),
  };
  const errors: unknown[] = [];
  const watch = new PresenceWatch({
    store: new Presence(client as unknown as ConstructorParameters<typeof Presence>[0]),
    localMembers: () => [],
    tenants: () => [...answers.keys()],
    withStaff: () => [],
    hasStaff: () => false,
    isAnnouncing: () => true,
    send: () => undefined,
    refreshMs,
    onOnline: (tenantId, online) => told.push(`${tenantId} ${online}`),
    leaveAfterMs: 5_000,
    onError: (error) => errors.push(error),
  });
  const round = watch.refreshAll();
  await jest.advanceTimersByTimeAsync(100);
  expect(told).toEqual(["well false"]);
  await jest.advanceTimersByTimeAsync(400);
  await round;
  expect([told, errors.length]).toEqual([["well false", "slow true"], 1]);
});
