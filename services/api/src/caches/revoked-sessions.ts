import type { Head } from "@waiter/contracts";
import type { Database } from "@waiter/database";
import { LRUCache } from "lru-cache";

export interface Revoked {
  readonly ended: ReadonlySet<string>;
  /** Undefined for an unknown tenant. */
  readonly head: Head | undefined;
}

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
      ttlResolution: 0,
      ignoreFetchAbort: true,
      fetchMethod: async (tenantId) => (await this.read(tenantId)).ended,
    });
  }

  /** The ids that had ended 5 s ago, or later. */
  async of(tenantId: string): Promise<ReadonlySet<string>> {
    return (await this.#cache.fetch(tenantId)) ?? new Set();
  }

  /** The ids that have ended now and the tenant's position, by one lookup. */
  async read(tenantId: string): Promise<Revoked> {
    const [head] = await this.#database.heads([tenantId]);
    return {
      ended: new Set(head?.revoked),
      head: head && { epoch: head.epoch, seq: head.seq },
    };
  }

  forget(tenantId: string): void {
    this.#cache.delete(tenantId);
  }
}
