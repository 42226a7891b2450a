import { guestTokenLifetimeS, staffTokenLifetimeS } from "@waiter/auth";
import type { Database } from "@waiter/database";
import { LRUCache } from "lru-cache";

export interface AnnounceRecentDeps {
  readonly database: Pick<Database, "recentRevocations">;
  readonly announce: (tenantId: string, ids: readonly string[], lifetimeS: number) => void;
  /** For a tenant that was suspended or deleted. */
  readonly announceTenant: (tenantId: string) => void;
}

/**
 * One round of announcing what ended in Postgres within the last 10 s, once per id: sessions of
 * deactivated people, codes and roles that another writer replaced, tenants that a command
 * suspended or deleted, and revocations whose api stopped after its COMMIT. Run each second, so
 * that sockets end within 2 s.
 */
export function createAnnounceRecent({ database, announce, announceTenant }: AnnounceRecentDeps) {
  // Longer than an id stays in the view; a tenant may be suspended again later.
  const announced = new LRUCache<string, true>({ max: 100_000, ttl: 15_000 });
  return async (): Promise<void> => {
    for (const { tenant, id, isCode } of await database.recentRevocations()) {
      if (announced.has(id)) continue;
      announced.set(id, true);
      if (id === tenant) announceTenant(tenant);
      else announce(tenant, [id], isCode ? guestTokenLifetimeS : staffTokenLifetimeS);
    }
  };
}
