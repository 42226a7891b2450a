import type { Database } from "@waiter/database";
import { LRUCache } from "lru-cache";

/**
 * The sessions of each tenant that were ended while their access tokens may still be alive. Postgres decides: commands ask
 * it anew, reads are content with an answer of the last seconds.
 */
export class RevokedSessions {
  readonly #database: Pick<Database, "heads">;
  readonly #cache: LRUCache<string, ReadonlySet<string>>;

  constructor(database: Pick<Database, "heads">, { max = 10_000, ttlMs = 5_000 } = {}) {
    this.#database = database;
    // What is forgotten while it is read is still answered to those who wait for it, and not kept.
    this.#cache = new LRUCache({
      max,
      ttl: ttlMs,
      ignoreFetchAbort: true,
      fetchMethod: (tenantId) => this.#read(tenantId),
    });
  }

  async has(
    tenantId: string,
    sid: string,
    { fresh }: { readonly fresh: boolean },
  ): Promise<boolean> {
    const sessions = fresh ? await this.#read(tenantId) : await this.#cache.fetch(tenantId);
    return sessions?.has(sid) ?? false;
  }

  forget(tenantId: string): void {
    this.#cache.delete(tenantId);
  }

  async #read(tenantId: string): Promise<ReadonlySet<string>> {
    const [head] = await this.#database.heads([tenantId]);
    return new Set(head?.revoked);
  }
}
