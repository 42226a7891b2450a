import { tenantAnswer } from "@waiter/contracts";
import { LRUCache } from "lru-cache";
import type { ApiClient } from "../api/api-client.ts";
import { ApiProblem } from "../api/api-problem.ts";

/** What the api knows of a slug: the tenant's id, or null if no tenant is served there. */
type Entry = { readonly id: string | null; readonly suspended?: true };

export interface TenantDirectoryOptions {
  /** How long an answer of the api is used, ms. */
  readonly ttlMs?: number;
  readonly max?: number;
  /** How long a handshake waits for the api, ms. */
  readonly waitMs?: number;
}

/**
 * Ids of the tenants by slug, as the api answers, cached. While the api does not answer, nothing is
 * known of a slug and no handshake is refused for it: the token's signature still binds it to its
 * tenant.
 */
export class TenantDirectory {
  readonly #api: Pick<ApiClient, "call">;
  readonly #known: LRUCache<string, Entry>;
  /** The slug of each tenant that is known, by its id. */
  readonly #slugs = new Map<string, string>();
  readonly #asked = new Map<string, Promise<Entry | undefined>>();
  readonly #waitMs: number;

  constructor(
    api: Pick<ApiClient, "call">,
    { ttlMs = 600_000, max = 50_000, waitMs = 500 }: TenantDirectoryOptions = {},
  ) {
    this.#api = api;
    // With a resolution lru-cache keeps the time by a timer, which a handshake would start.
    this.#known = new LRUCache({
      max,
      ttl: ttlMs,
      ttlResolution: 0,
      dispose: ({ id }, slug) => {
        if (id !== null && this.#slugs.get(id) === slug) this.#slugs.delete(id);
      },
    });
    this.#waitMs = waitMs;
  }

  /** False only if the api says that there is no such tenant. */
  async exists(slug: string): Promise<boolean> {
    const entry = this.#known.get(slug) ?? (await this.#ask(slug));
    return entry?.id !== null || entry.suspended === true;
  }

  /** Asks the api again about a tenant that was suspended or deleted. */
  forget(tenantId: string): void {
    // Many may end in one turn of the event loop: no walk over the other tenants.
    const slug = this.#slugs.get(tenantId);
    if (slug !== undefined) this.#known.delete(slug);
  }

  /** Whether the api said within `ttlMs` that the slug is of this tenant. */
  isKnown(slug: string, tenantId: string): boolean {
    return this.#known.get(slug)?.id === tenantId;
  }

  /**
   * Whether the slug is of this tenant; undefined if it is of none, `suspended` if of a suspended
   * one. Asks the api again before it contradicts: a slug may have a new tenant. True while the api
   * does not answer.
   */
  async isOf(slug: string, tenantId: string): Promise<boolean | "suspended" | undefined> {
    if (this.isKnown(slug, tenantId)) return true;
    const answer = await this.#ask(slug);
    if (answer === undefined) return true;
    if (answer.suspended === true) return "suspended";
    return answer.id === null ? undefined : answer.id === tenantId;
  }

  async #ask(slug: string): Promise<Entry | undefined> {
    let asked = this.#asked.get(slug);
    if (asked === undefined) {
      asked = this.#read(slug).finally(() => this.#asked.delete(slug));
      this.#asked.set(slug, asked);
    }
    const { promise: late, resolve } = Promise.withResolvers<undefined>();
    const timer = setTimeout(resolve, this.#waitMs, undefined);
    const answer = await Promise.race([asked, late]);
    clearTimeout(timer);
    return answer;
  }

  async #read(slug: string): Promise<Entry | undefined> {
    try {
      const { id } = await this.#api.call({
        method: "GET",
        path: `/internal/tenants/${encodeURIComponent(slug)}`,
        answer: tenantAnswer,
      });
      return this.#keep(slug, { id });
    } catch (error) {
      if (!(error instanceof ApiProblem)) return undefined;
      if (error.problem.code === "tenant_suspended")
        return this.#keep(slug, { id: null, suspended: true });
      if (error.status !== 404) return undefined;
      return this.#keep(slug, { id: null });
    }
  }

  #keep(slug: string, entry: Entry): Entry {
    const ttl = entry.suspended === true ? suspendedTtlMs : unknownTtlMs;
    this.#known.set(slug, entry, entry.id === null ? { ttl } : {});
    if (entry.id !== null) this.#slugs.set(entry.id, slug);
    return entry;
  }
}

/** A slug without a tenant may get one at any time. */
const unknownTtlMs = 60_000;
/** A suspended tenant may return at any time. */
const suspendedTtlMs = 5_000;
