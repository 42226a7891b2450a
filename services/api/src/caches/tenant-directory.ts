import type { Database, TenantEntry } from "@waiter/database";
import { LRUCache } from "lru-cache";

/** Slug -> tenant, remembered: every request asks. A slug nobody has is remembered too, more briefly. */
export class TenantDirectory {
  readonly #cache: LRUCache<string, { readonly tenant: TenantEntry | undefined }>;

  constructor(database: Pick<Database, "findTenant">, { max = 10_000, ttlMs = 60_000, unknownTtlMs = 2_000 } = {}) {
    this.#cache = new LRUCache({
      max,
      ttl: ttlMs,
      fetchMethod: async (slug, _stale, { options }) => {
        const tenant = await database.findTenant(slug);
        if (tenant === undefined) options.ttl = unknownTtlMs;
        return { tenant };
      },
    });
  }

  /** Concurrent questions for one slug are one query. @throws {UnavailableError} when Postgres is away and nothing is remembered. */
  async find(slug: string): Promise<TenantEntry | undefined> {
    return (await this.#cache.fetch(slug))?.tenant;
  }

  forget(tenantId: string): void {
    for (const [slug, entry] of this.#cache.entries()) if (entry.tenant?.id === tenantId || entry.tenant === undefined) this.#cache.delete(slug);
  }

  clear(): void {
    this.#cache.clear();
  }
}
