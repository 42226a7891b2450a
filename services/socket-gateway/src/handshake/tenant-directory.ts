import { tenantAnswer } from "@waiter/contracts";
import { LRUCache } from "lru-cache";
import type { ApiClient } from "../api/api-client.ts";
import { ApiProblem } from "../api/api-problem.ts";

/** Which tenants exist according to the api, cached for a short time. */
export class TenantDirectory {
  readonly #api: ApiClient;
  readonly #known: LRUCache<string, boolean>;

  constructor(api: ApiClient, { ttlMs = 60_000, max = 10_000 } = {}) {
    this.#api = api;
    this.#known = new LRUCache({ max, ttl: ttlMs });
  }

  /** False only if the api said so; without an answer the tenant counts as existing. */
  async exists(slug: string): Promise<boolean> {
    const known = this.#known.get(slug);
    if (known !== undefined) return known;
    try {
      await this.#api.call({
        method: "GET",
        path: `/internal/tenants/${encodeURIComponent(slug)}`,
        answer: tenantAnswer,
      });
      this.#known.set(slug, true);
      return true;
    } catch (error) {
      if (!(error instanceof ApiProblem && error.status === 404)) return true;
      this.#known.set(slug, false);
      return false;
    }
  }
}
