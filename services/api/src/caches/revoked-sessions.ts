import type { Database } from "@waiter/database";
import { LRUCache } from "lru-cache";

/**
 * Ended sessions, replaced table codes and replaced roles of each tenant, by id, while access
 * tokens that carry them may be valid; a suspended tenant's own id is among them. Postgres decides:
 * staff requests and commands query it each time, guests' reads use a result of the last 5 s.
 */
export class RevokedSessions {
  readonly #database: Pick<Database, "heads">;
  readonly #cache: LRUCache<string, ReadonlySet<string>>;

  constructor(database: Pick<Database, "heads">, { max = 10_000, ttlMs = 5_000 } = {}) {
    this.#database = database;
    // If an entry is invalidated while it loads, waiting callers get the value but it is not
    // cached.
    this.#cache = new LRUCache({
      max,
      ttl: ttlMs,
      ignoreFetchAbort: true,
      fetchMethod: (tenantId) => this.#read(tenantId),
    });
  }

  /** The ids that ended. */
  async of(tenantId: string, { fresh }: { readonly fresh: boolean }): Promise<ReadonlySet<string>> {
    const ended = fresh ? await this.#read(tenantId) : await this.#cache.fetch(tenantId);
    return ended ?? new Set();
  }

  forget(tenantId: string): void {
    this.#cache.delete(tenantId);
  }

  async #read(tenantId: string): Promise<ReadonlySet<string>> {
    const [head] = await this.#database.heads([tenantId]);
    return new Set(head?.revoked);
  }
}
