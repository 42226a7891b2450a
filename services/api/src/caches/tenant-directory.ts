import type { Database, TenantEntry } from "@waiter/database";
import { LRUCache } from "lru-cache";

/** Slug -> tenant, remembered: every request asks. A slug nobody has is remembered too, more briefly. */
export class TenantDirectory {
  readonly #cache: LRUCache<string, { readonly tenant: TenantEntry | undefined }>;
  /** How often something was forgotten. */
  #forgotten = 0;

  constructor(
    database: Pick<Database, "findTenant">,
    { max = 10_000, ttlMs = 60_000, unknownTtlMs = 2_000 } = {},
  ) {
    this.#cache = new LRUCache({
      max,
      ttl: ttlMs,
      // What is forgotten while it is read is still answered to those who wait for it, and not kept.
      ignoreFetchAbort: true,
      fetchMethod: async (slug, _stale, { options }) => {
        const before = this.#forgotten;
        const tenant = await database.findTenant(slug);
        if (tenant === undefined) options.ttl = unknownTtlMs;
        // Whose slug it was is not known before it is read: any forgetting meanwhile may have been about it.
        if (before !== this.#forgotten) options.ttl = 1;
        return { tenant };
      },
    });
  }

  /** Concurrent questions for one slug are one query. @throws {UnavailableError} when Postgres is away and nothing is remembered. */
  async find(slug: string): Promise<TenantEntry | undefined> {
    return (await this.#cache.fetch(slug))?.tenant;
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
