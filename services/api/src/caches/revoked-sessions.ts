import type { Database } from "@waiter/database";
import { LRUCache } from "lru-cache";

/**
 * What of each tenant ended while access tokens that carry it may still be alive: sessions and table codes, by id. Postgres
 * decides: staff requests and commands read it afresh, reads of guests use an answer of the last seconds.
 */
export class RevokedSessions {
  readonly #database: Pick<Database, "heads">;
  readonly #cache: LRUCache<string, ReadonlySet<string>>;

  constructor(database: Pick<Database, "heads">, { max = 10_000, ttlMs = 5_000 } = {}) {
    this.#database = database;
    // If an entry is invalidated while it loads, waiting callers get the value but it is not cached.
    this.#cache = new LRUCache({
      max,
      ttl: ttlMs,
      ignoreFetchAbort: true,
      fetchMethod: (tenantId) => this.#read(tenantId),
    });
  }

  /** Whether any of these ids ended. */
  async hasAny(
    tenantId: string,
    ids: readonly string[],
    { fresh }: { readonly fresh: boolean },
  ): Promise<boolean> {
    const ended = fresh ? await this.#read(tenantId) : await this.#cache.fetch(tenantId);
    return ended !== undefined && ids.some((id) => ended.has(id));
  }

  forget(tenantId: string): void {
    this.#cache.delete(tenantId);
  }

  async #read(tenantId: string): Promise<ReadonlySet<string>> {
    const [head] = await this.#database.heads([tenantId]);
    return new Set(head?.revoked);
  }
}
