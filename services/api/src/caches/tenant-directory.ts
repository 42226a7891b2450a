import type { Database, TenantEntry } from "@waiter/database";
import { LRUCache } from "lru-cache";

/**
 * Caches slug -> tenant, which every request needs. Unknown slugs and suspended tenants are cached
 * too, for a shorter time.
 */
export class TenantDirectory {
  readonly #cache: LRUCache<string, { readonly tenant: TenantEntry | undefined }>;
  /** Number of invalidations. */
  #forgotten = 0;

  constructor(
    database: Pick<Database, "findTenant">,
    { max = 10_000, ttlMs = 60_000, unknownTtlMs = 2_000 } = {},
  ) {
    this.#cache = new LRUCache({
      max,
      ttl: ttlMs,
      // Else lru-cache keeps the time for 1 ms, by a timer that each read in another ms starts.
      ttlResolution: 0,
      // If an entry is invalidated while it loads, waiting callers get the value but it is not
      // cached.
      ignoreFetchAbort: true,
      fetchMethod: async (slug, _stale, { options }) => {
        const before = this.#forgotten;
        const tenant = await database.findTenant(slug);
        if (tenant?.suspended !== false) options.ttl = unknownTtlMs;
        // The tenant of the slug is unknown before the read, so any invalidation meanwhile may
        // concern it.
        if (before !== this.#forgotten) options.ttl = 1;
        return { tenant };
      },
    });
  }

  /**
   * Concurrent calls for one slug share one query.
   * @throws {UnavailableError} when Postgres is away and the slug is not cached.
   */
  async find(slug: string): Promise<TenantEntry | undefined> {
    const known = this.#cache.get(slug) ?? (await this.#cache.fetch(slug));
    return known?.tenant;
  }

  forget(tenantId: string): void {
    this.#forgotten++;
    for (const [slug, entry] of this.#cache.entries())
      if (entry.tenant?.id === tenantId || entry.tenant === undefined) this.#cache.delete(slug);
  }

  clear(): void {
    this.#cache.clear();
  }
}
