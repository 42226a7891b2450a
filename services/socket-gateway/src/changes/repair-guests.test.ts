import { expect, test } from "@jest/globals";
import type { ResyncMessage } from "@waiter/contracts";
import { repairGuests } from "./repair-guests.ts";
import { Changes } from "./changed-tables.ts";

const head = { epoch: "e", seq: 1 };

test("after an outage every table hears once, at most 100 in a turn, and changed ones by name", async () => {
  const ids = Array.from({ length: 1_000 }, (_, index) => `t${index}`);
  const sent: { rooms: number; named: boolean }[] = [];
  await repairGuests({
    tenants: { withGuests: () => ids, tablesOf: () => ["1"] },
    positions: { get: () => head },
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
    ...Array.from({ length: 10 }, () => ({ rooms: 100, named: false })),
    { rooms: 1, named: true },
  ]);
});
