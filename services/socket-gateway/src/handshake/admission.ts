import type { IncomingMessage } from "node:http";
import { addressBlock, tenantLabel, type TrustedProxies } from "@waiter/auth";
import { RateBuckets } from "../engine/rate-buckets.ts";
import type { HttpRefusal } from "../engine/refuse.ts";
import type { BucketRate } from "../engine/token-bucket.ts";
import type { UnjoinedConnections } from "../engine/unjoined-connections.ts";
import { overloaded, retryAfter } from "./refusals.ts";
import { isAllowedOrigin } from "./allowed-origin.ts";

export interface AdmissionOptions {
  readonly domainUrl: string;
  readonly corsOrigins: readonly string[];
  readonly proxies: TrustedProxies;
  readonly maxConnections: number | undefined;
  /** Share of `maxConnections` below which no limit per address applies, 0 to 1. */
  readonly freeShare: number;
  /** New connections of one address. */
  readonly rate: BucketRate;
  /** Open connections. */
  readonly connections: () => number;
  readonly unjoined: Pick<UnjoinedConnections, "countOf" | "evictOldest">;
  readonly isDraining: () => boolean;
  readonly now?: () => number;
}

/** Addresses whose rate is stored; beyond it the least recently used is dropped. */
const rememberedAddresses = 50_000;
/** Age at which a connection without a namespace may be replaced, ms: a client joins sooner. */
const evictAfterMs = { sameAddress: 1_000, full: 3_000 };

/**
 * Decides before the upgrade whether this gateway accepts another connection. A refusal for load is
 * a 503, which socket.io-client retries, unlike a refusal of the namespace; a host outside of
 * DOMAIN_URL is a 404, a foreign origin a 403.
 */
export class Admission {
  readonly #options: AdmissionOptions;
  readonly #rates: RateBuckets;

  constructor(options: AdmissionOptions) {
    this.#options = options;
    this.#rates = new RateBuckets(options.rate, rememberedAddresses, options.now);
  }

  /**
   * The refusal, or undefined. `retryAfterMs` has jitter, so that clients do not return at once.
   */
  check(request: IncomingMessage): HttpRefusal | undefined {
    const { domainUrl, corsOrigins, proxies, isDraining } = this.#options;
    const label = tenantLabel(proxies.hostOf(request), domainUrl);
    if (label.kind === "unknown") return { code: "tenant_unknown", status: 404 };
    if (!isAllowedOrigin(request.headers.origin, label, { domainUrl, corsOrigins }))
      return { code: "unauthorized", status: 403 };
    if (isDraining()) return { code: "draining", retryAfterMs: retryAfter(1_000, 5_000) };
    const block = addressBlock(proxies.addressOf(request));
    if (!this.#hasRoom(block)) return overloaded();
    if (!this.#rates.take(block))
      return { code: "rate_limited", retryAfterMs: retryAfter(1_000, 10_000) };
    return undefined;
  }

  /**
   * Above the free share an address may hold half of the free places with connections that have not
   * joined, so that others find one. A new connection then replaces the address's oldest, and in a
   * full gateway the oldest of all. Joined connections have their own shares (`ConnectionShares`).
   */
  #hasRoom(block: string): boolean {
    const { maxConnections, freeShare, connections, unjoined } = this.#options;
    if (maxConnections === undefined) return true;
    const open = connections();
    if (open < maxConnections * freeShare) return true;
    const left = maxConnections - open;
    if (left <= 0) return unjoined.evictOldest(evictAfterMs.full);
    if (unjoined.countOf(block) < Math.max(1, Math.floor(left / 2))) return true;
    return unjoined.evictOldest(evictAfterMs.sameAddress, block);
  }
}
