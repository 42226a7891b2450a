import { expect, test } from "@jest/globals";
import type { ResyncMessage } from "@waiter/contracts";
import { repairGuests } from "./repair-guests.ts";
import { Changes } from "./changed-tables.ts";
import { DeliveredPositions } from "../heads/delivered-positions.ts";

const head = { epoch: "e", seq: 1 };

test("after an outage every table hears once, at most 50 in a turn, and changed ones by name", async () => {
  const ids = Array.from({ length: 1_000 }, (_, index) => `t${index}`);
  const sent: { rooms: number; named: boolean }[] = [];
  await repairGuests({
    tenants: { withGuests: () => ids, tablesOf: () => ["1"] },
    positions: { snapshot: () => ({ get: () => head, [Symbol.dispose]: () => undefined }) },
    changed: {
      after: async (tenantId) => {
        await new Promise(setImmediate);
        const tables = tenantId === "t7" ? [{ table: "1", seq: 2 }] : [];
        return new Changes({ epoch: "e", seq: 2, tables }, head);
      },
    },
    resync: (rooms: readonly string[], message: ResyncMessage) =>
      sent.push({ rooms: rooms.length, named: "seq" in message }),
    withinMs: 1,
  });
  expect(sent).toEqual([
    ...Array.from({ length: 20 }, () => ({ rooms: 50, named: false })),
    { rooms: 1, named: true },
  ]);
});

test("a head that is noted while the repair runs hides no table", async () => {
  const ids = Array.from({ length: 1_000 }, (_, index) => `t${index}`);
  let now = 0;
  const positions = new DeliveredPositions(() => now);
  for (const id of ids) positions.begin(id, "e");
  // An event is committed just before the outage, and its message to the guests is lost.
  now = 20_000;
  for (const id of ids) positions.note(id, { epoch: "e", seq: 6 });
  positions.noteRound();
  now = 40_000;
  const named: string[] = [];
  const repair = repairGuests({
    tenants: { withGuests: () => ids, tablesOf: () => ["1"] },
    positions,
    changed: {
      after: (_tenantId, since) =>
        Promise.resolve(
          new Changes({ epoch: "e", seq: 6, tables: [{ table: "1", seq: 6 }] }, since),
        ),
    },
    resync: (rooms: readonly string[], message: ResyncMessage) => {
      if ("seq" in message) named.push(...rooms);
    },
    withinMs: 1,
  });
  await new Promise(setImmediate);
  for (const id of ids) positions.note(id, { epoch: "e", seq: 6 });
  positions.noteRound();
  await repair;
  expect(named).toHaveLength(1_000);
});
