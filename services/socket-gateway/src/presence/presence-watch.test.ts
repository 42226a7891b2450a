import { afterEach, beforeEach, expect, jest, test } from "@jest/globals";
import { PresenceWatch } from "./presence-watch.ts";

const refreshMs = 20_000;
const tenants = Array.from({ length: 20_000 }, (_, index) => `tenant-${index}`);

function start() {
  const refreshed = new Map<string, number>();
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
        return [];
      },
      remove: async () => [],
    },
    localMembers: () => ["ada:1"],
    tenants: () => tenants,
    send: () => undefined,
    refreshMs,
    quietTenants: () => [],
    onOnline: () => undefined,
    leaveAfterMs: 5_000,
    onError: () => undefined,
  });
  return { watch, refreshed, state };
}
beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

test("each interval refreshes every tenant once, at most 200 in a turn of the event loop", async () => {
  const { watch, refreshed, state } = start();
  watch.start();
  for (let turn = 0; turn < 100; turn += 1) {
    state.inThisTurn = 0;
    await jest.advanceTimersByTimeAsync(refreshMs / 100);
  }
  watch.close();
  expect(refreshed.size).toBe(tenants.length);
  expect(new Set(refreshed.values())).toEqual(new Set([1]));
  expect(state.mostPerTurn).toBe(200);
});

test("a refresh of all tenants keeps at most 200 commands under way", async () => {
  const { watch, refreshed, state } = start();
  await watch.refreshAll();
  expect(refreshed.size).toBe(tenants.length);
  expect(state.most).toBe(200);
});
