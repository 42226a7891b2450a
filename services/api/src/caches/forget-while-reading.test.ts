import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "@jest/globals";
import { entityTag } from "../entity-tag.ts";
import { Boards } from "./boards.ts";
import { Menus } from "./menus.ts";
import { RevokedSessions } from "./revoked-sessions.ts";
import { TenantDirectory } from "./tenant-directory.ts";

const tenant = { id: "t", slug: "pizza", name: "Trattoria" };
const menu = { restaurant: tenant, requestTypes: [] };
const board = { epoch: "e", seq: 1, requests: [] };

/** A database that answers on command and counts its queries. */
function slow<T>(value: T) {
  const waiting: (() => void)[] = [];
  const ask = () => new Promise<T>((resolve) => waiting.push(() => resolve(value)));
  return { ask, waiting };
}

describe.each([
  [
    "tenants",
    tenant,
    (ask: () => Promise<never>) => new TenantDirectory({ findTenant: ask }),
    (cache: TenantDirectory) => cache.find("pizza"),
    tenant,
  ],
  [
    "revoked sessions",
    [{ tenant: "t", epoch: "e", seq: 0, revoked: ["s"] }],
    (ask: () => Promise<never>) => new RevokedSessions({ heads: ask }),
    (cache: RevokedSessions) => cache.of("t"),
    new Set(["s"]),
  ],
  [
    "menus",
    menu,
    (ask: () => Promise<never>) => new Menus({ inTenant: ask }),
    (cache: Menus) => cache.read("t"),
    menu,
  ],
  [
    "boards",
    { ...board, now: "2026-11-27T12:00:00.000Z" },
    (ask: () => Promise<never>) => new Boards({ inTenant: ask } as never),
    async (cache: Boards) => (await cache.read("t", board)).etag,
    entityTag(JSON.stringify(board).slice(1)),
  ],
] as const)("%s", (_name, stored, make, read, expected) => {
  test("a read during an invalidation gets its value, and the next one reads again", async () => {
    const { ask, waiting } = slow(stored);
    const cache = make(ask as () => Promise<never>);
    const ofCache = read as (it: typeof cache) => Promise<unknown>;
    for (const asked of [1, 2]) {
      const reading = ofCache(cache);
      expect(waiting).toHaveLength(asked);
      cache.forget("t");
      waiting[asked - 1]?.();
      expect(await reading).toEqual(expected);
      await sleep(20);
    }
    const reading = ofCache(cache);
    waiting[2]?.();
    expect(await reading).toEqual(expected);
    await ofCache(cache);
    expect(waiting).toHaveLength(3);
  });
});
