import type { Presence } from "@waiter/live-state";
import { withTimeout } from "@waiter/lifecycle";
import { LRUCache } from "lru-cache";

export interface StaffOnlineOptions {
  readonly available: () => boolean;
  /** What a caller waits for Redis at most, ms. */
  readonly timeoutMs?: number;
  /** Tenants whose answer is shared. */
  readonly max?: number;
}

/**
 * Whether a staff screen of a tenant is connected; null while Redis is away, slow or refuses the
 * gateways' writes. An answer is shared for a second.
 */
export class StaffOnline {
  readonly #cache: LRUCache<string, { readonly online: boolean | null }>;

  constructor(
    presence: Pick<Presence, "count">,
    { available, timeoutMs = 200, max = 10_000 }: StaffOnlineOptions,
  ) {
    this.#cache = new LRUCache({
      max,
      ttl: 1_000,
      ttlResolution: 0,
      fetchMethod: async (tenantId) => {
        if (!available()) return { online: null };
        try {
          return { online: (await withTimeout(presence.count(tenantId), timeoutMs)) > 0 };
        } catch {
          return { online: null };
        }
      },
    });
  }

  async read(tenantId: string): Promise<boolean | null> {
    return (await this.#cache.fetch(tenantId))?.online ?? null;
  }
}
