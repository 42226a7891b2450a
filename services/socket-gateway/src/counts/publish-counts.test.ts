import { afterEach, beforeEach, describe, expect, jest, test } from "@jest/globals";
import type { OwnCounts } from "@waiter/live-state";
import { publishCounts } from "./publish-counts.ts";

const countsOf = (clients: number): OwnCounts => ({
  clients,
  sockets: clients,
  rooms: 0,
  namespaces: {},
});

describe("publishCounts", () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  function start(write: (counts: OwnCounts) => Promise<number>) {
    const state = { clients: 0, errors: 0, swept: 0 };
    const stop = publishCounts({
      gatewayId: "test",
      store: {
        write: (_gatewayId, counts) => write(counts),
        removeStale: async () => void (state.swept += 1),
      },
      count: () => countsOf(state.clients),
      changeMs: 2_000,
      refreshMs: 15_000,
      onError: () => (state.errors += 1),
    });
    return { state, stop };
  }

  test("a change is written once within 2 s, unchanged counts every 15 s", async () => {
    const written: unknown[] = [];
    const { state, stop } = start(async ({ clients }) => written.push(clients));
    for (let come = 0; come < 100; come += 1) state.clients += 1;
    await jest.advanceTimersByTimeAsync(2_000);
    expect(written).toEqual([0, 100]);
    await jest.advanceTimersByTimeAsync(12_000);
    expect(written).toEqual([0, 100]);
    await jest.advanceTimersByTimeAsync(2_000);
    expect([written, state.swept]).toEqual([[0, 100, 100], 2]);
    stop();
    await jest.advanceTimersByTimeAsync(60_000);
    expect(written).toHaveLength(3);
  });

  test("counts whose write failed are written again", async () => {
    let refusals = 1;
    const written: unknown[] = [];
    const { state, stop } = start(async ({ clients }) =>
      refusals-- > 0 ? Promise.reject(new Error("away")) : written.push(clients),
    );
    await jest.advanceTimersByTimeAsync(2_000);
    expect([written, state.errors]).toEqual([[0], 1]);
    stop();
  });
});
