import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { channels, keys, queueNames, queuePrefix, rooms } from "./names.ts";

/** Socket.IO's sharded adapter takes a room of this length for a socket id. */
const socketIdLength = 20;
const hashTag = (name: string): string | undefined => /\{([^}]+)\}/.exec(name)?.[1];

describe("names", () => {
  test("no room can be taken for a socket id", () => {
    fc.assert(
      fc.property(fc.uuid(), fc.uuid(), (tenantId, tableId) => {
        for (const room of [rooms.staff(tenantId), rooms.table(tenantId, tableId)])
          expect(room.length).not.toBe(socketIdLength);
      }),
    );
  });

  test("everything of one tenant shares one hash slot, and no two tenants share a name", () => {
    fc.assert(
      fc.property(fc.uuid(), fc.uuid(), fc.uuid(), (tenantId, otherId, id) => {
        const of = (tenant: string) =>
          [
            rooms.staff(tenant),
            rooms.table(tenant, id),
            keys.log(tenant, id),
            keys.head(tenant),
            keys.presence(tenant),
            keys.revoked(tenant),
            channels.tenant(tenant),
          ] as string[];
        for (const name of of(tenantId)) expect(hashTag(name)).toBe(tenantId);
        expect(new Set(of(tenantId)).size).toBe(of(tenantId).length);
        fc.pre(tenantId !== otherId);
        expect(of(otherId).filter((name) => of(tenantId).includes(name))).toEqual([]);
      }),
    );
  });

  test("every name is prefixed, and a queue's keys share one hash slot", () => {
    const queues = Object.values(queueNames);
    for (const name of [
      keys.gateways(),
      keys.rateLimit("api"),
      channels.invalidate(),
      ...queues.map(queuePrefix),
    ])
      expect(name).toMatch(/^waiter:/);
    for (const queue of queues) expect(hashTag(queuePrefix(queue))).toBe(queue);
  });
});
