import { addressBlock } from "@waiter/auth";
import type { Refusal } from "@waiter/contracts";
import { RateBuckets } from "../engine/rate-buckets.ts";
import type { BucketRate } from "../engine/token-bucket.ts";
import { overloaded, retryAfter } from "./refusals.ts";
import type { Session } from "./session.ts";

export interface ConnectionSharesOptions {
  readonly maxConnections: number | undefined;
  /** Share of `maxConnections` below which no limit per tenant or address applies, 0 to 1. */
  readonly freeShare: number;
  /** Share of `maxConnections` that only staff may use, 0 to 1. */
  readonly staffShare: number;
  /** New connections of one tenant, for staff and for guests each. */
  readonly tenantRate: BucketRate;
  /** Open connections, joined or not. */
  readonly connections: () => number;
  readonly now?: () => number;
}
type Owner = Pick<Session, "audience" | "tenantId" | "address">;

/** A tenant or an address keeps at least this many connections, however many others there are. */
const leastShare = 50;
const rememberedTenants = 50_000;

/**
 * Shares a gateway's connections between tenants and addresses. Below the free share everyone may
 * connect. Above it, a tenant's guests, a tenant's staff and an address's guests each have a share:
 * the connections divided by the number of tenants (addresses) that have some, plus one. Places
 * above the staff's reserve are for staff alone. A limit counts only connections whose user is
 * known.
 */
export class ConnectionShares {
  readonly #options: ConnectionSharesOptions;
  readonly #owners = {
    staff: new Map<string, number>(),
    guest: new Map<string, number>(),
    address: new Map<string, number>(),
  };
  readonly #rates: RateBuckets;

  constructor(options: ConnectionSharesOptions) {
    this.#options = options;
    this.#rates = new RateBuckets(options.tenantRate, rememberedTenants, options.now);
  }

  /** The refusal of a session that wants to join, or undefined. */
  check(owner: Owner): Refusal | undefined {
    if (!this.#hasShare(owner)) return overloaded();
    if (this.#rates.take(`${owner.tenantId} ${owner.audience}`)) return undefined;
    return { code: "rate_limited", retryAfterMs: retryAfter(1_000, 10_000) };
  }

  add(owner: Owner): void {
    for (const [counts, key] of this.#keysOf(owner)) counts.set(key, (counts.get(key) ?? 0) + 1);
  }

  remove(owner: Owner): void {
    for (const [counts, key] of this.#keysOf(owner)) {
      const left = (counts.get(key) ?? 0) - 1;
      if (left > 0) counts.set(key, left);
      else counts.delete(key);
    }
  }

  #hasShare(owner: Owner): boolean {
    const { maxConnections, freeShare, staffShare, connections } = this.#options;
    if (maxConnections === undefined) return true;
    const open = connections();
    if (open <= maxConnections * freeShare) return true;
    const shared = maxConnections * (1 - staffShare);
    if (owner.audience === "guest" && open > shared) return false;
    return this.#keysOf(owner).every(
      ([counts, key]) =>
        (counts.get(key) ?? 0) < Math.max(leastShare, Math.floor(shared / (counts.size + 1))),
    );
  }

  #keysOf({ audience, tenantId, address }: Owner): [Map<string, number>, string][] {
    const { staff, guest, address: addresses } = this.#owners;
    if (audience === "staff") return [[staff, tenantId]];
    return [
      [guest, tenantId],
      [addresses, addressBlock(address)],
    ];
  }
}
