import type { RequestType, Restaurant } from "@waiter/contracts";
import { listRequestTypes, readRestaurant, type Database } from "@waiter/database";
import { AppError } from "@waiter/errors";
import { readOpening, type Opening } from "@waiter/restaurant";
import { LRUCache } from "lru-cache";

/** What all guests of a restaurant see. */
export interface Menu {
  readonly restaurant: Restaurant;
  readonly requestTypes: RequestType[];
  readonly opening: Opening;
}

/**
 * Caches restaurants' names and request types for guest sessions. Writes check them in Postgres.
 */
export class Menus {
  readonly #cache: LRUCache<string, Menu>;

  constructor(database: Pick<Database, "inTenant">, { max = 10_000, ttlMs = 30_000 } = {}) {
    const read = (tenantId: string): Promise<Menu> =>
      database.inTenant(
        tenantId,
        async (tx) => {
          const restaurant = await readRestaurant(tx);
          if (restaurant === undefined) throw new AppError("tenant_unknown");
          return {
            restaurant,
            requestTypes: await listRequestTypes(tx),
            opening: await readOpening(tx),
          };
        },
        { readOnly: true },
      );
    // If an entry is invalidated while it loads, waiting callers get the value but it is not
    // cached.
    this.#cache = new LRUCache({
      max,
      ttl: ttlMs,
      ttlResolution: 0,
      ignoreFetchAbort: true,
      fetchMethod: read,
    });
  }

  async read(tenantId: string): Promise<Menu> {
    return (await this.#cache.fetch(tenantId)) ?? Promise.reject(new AppError("tenant_unknown"));
  }

  forget(tenantId: string): void {
    this.#cache.delete(tenantId);
  }

  clear(): void {
    this.#cache.clear();
  }
}
