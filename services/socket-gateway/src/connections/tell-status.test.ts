import { expect, test } from "@jest/globals";
import type { StatusMessage } from "@waiter/contracts";
import { statusTeller, type StatusTellerOptions } from "./tell-status.ts";

function setUp(count: number) {
  const told: { audience: string; rooms: number; degraded: boolean }[] = [];
  const ids = Array.from({ length: count }, (_, index) => `t${index}`);
  const status = { degraded: true };
  const namespace = (audience: string) => ({
    local: {
      to: (rooms: string[]) => ({
        emit: (_event: string, { degraded }: StatusMessage) =>
          void told.push({ audience, rooms: rooms.length, degraded }),
      }),
    },
  });
  const tell = statusTeller({
    staff: namespace("staff"),
    guest: namespace("guest"),
    tenants: { withStaff: () => ids.slice(0, 10), withGuests: () => ids, tablesOf: () => ["1"] },
    statusOf: () => status,
  } as unknown as StatusTellerOptions);
  return { told, status, tell };
}

test("the state of the path reaches every room, at most 50 in a turn", async () => {
  const { told, tell } = setUp(1_000);
  await tell();
  expect(told.map(({ audience, rooms }) => [audience, rooms])).toEqual([
    ["staff", 10],
    ...Array.from({ length: 20 }, () => ["guest", 50]),
  ]);
});

test("a room gets no older state after a newer state", async () => {
  const { told, status, tell } = setUp(1_000);
  const first = tell();
  await new Promise(setImmediate);
  status.degraded = false;
  await Promise.all([tell(), first]);
  const change = told.findIndex(({ degraded }) => !degraded);
  expect(change).toBeGreaterThan(0);
  expect(told.slice(change).every(({ degraded }) => !degraded)).toBe(true);
  expect(told.slice(change).filter(({ audience }) => audience === "guest")).toHaveLength(20);
});
