import { guestTokenLifetimeS, staffTokenLifetimeS } from "@waiter/auth";
import type { Database } from "@waiter/database";
import { LRUCache } from "lru-cache";

export interface AnnounceRecentDeps {
  readonly database: Pick<Database, "recentRevocations">;
  readonly announce: (tenantId: string, ids: readonly string[], lifetimeS: number) => void;
}

/**
 * One round of announcing what ended in Postgres within the last 10 s, once per id: sessions of
 * deactivated people, codes that another writer replaced, and revocations whose api stopped after
 * its COMMIT. Run each second, so that sockets end within 2 s.
 */
export function createAnnounceRecent({ database, announce }: AnnounceRecentDeps) {
  const announced = new LRUCache<string, true>({ max: 100_000, ttl: 60_000 });
  return async (): Promise<void> => {
    for (const { tenant, id, isCode } of await database.recentRevocations()) {
      if (announced.has(id)) continue;
      announced.set(id, true);
      announce(tenant, [id], isCode ? guestTokenLifetimeS : staffTokenLifetimeS);
    }
  };
}
