import type { Database, TenantEntry } from "@waiter/database";
import { LRUCache } from "lru-cache";

interface Entry {
  readonly tenant: TenantEntry | undefined;
}

/**
 * Caches slug -> tenant, which every request needs. Unknown slugs and suspended tenants are cached
 * too, for a shorter time.
 */
export class TenantDirectory {
  readonly #cache: LRUCache<string, Entry>;
  /** The slug under which a tenant is cached, by its id, and the cached slugs of no tenant. */
  readonly #slugs = new Map<string, string>();
  readonly #unknown = new Set<string>();
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
      fetchMethod: async (slug, stale, { options }) => {
        const before = this.#forgotten;
        const tenant = await database.findTenant(slug);
        if (tenant?.suspended !== false) options.ttl = unknownTtlMs;
        // The tenant of the slug is unknown before the read, so any invalidation meanwhile may
        // concern it.
        if (before !== this.#forgotten) options.ttl = 1;
        if (stale?.tenant !== undefined) this.#slugs.delete(stale.tenant.id);
        this.#unknown.delete(slug);
        if (tenant === undefined) this.#unknown.add(slug);
        else this.#slugs.set(tenant.id, slug);
        return { tenant };
      },
      // A slug that is set again was noted when it was read.
      dispose: ({ tenant }, slug, reason) => {
        if (reason === "set") return;
        if (tenant === undefined) this.#unknown.delete(slug);
        else if (this.#slugs.get(tenant.id) === slug) this.#slugs.delete(tenant.id);
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
    // Every change of a restaurant comes here: no walk over the other tenants.
    const slug = this.#slugs.get(tenantId);
    for (const one of [...this.#unknown, ...(slug === undefined ? [] : [slug])])
      this.#cache.delete(one);
    this.#unknown.clear();
  }

  clear(): void {
    this.#cache.clear();
  }
}
