import { guestTokenLifetimeS, staffTokenLifetimeS } from "@waiter/auth";
import { keys } from "@waiter/contracts";
import type { RedisClient } from "@waiter/redis";

/** A session or table code that ended, and until when its access tokens may live, ms. */
export interface Revocation {
  readonly id: string;
  readonly untilMs: number;
}

/** For the clocks of two machines. */
const marginS = 300;
/** No access token of any kind lives longer. */
const longestS = guestTokenLifetimeS + marginS;

/** How long a revoked session concerns a gateway that does not know its kind, ms. */
export const revokedForMs = longestS * 1_000;

/** How long a revocation matters to holders of access tokens that live for `lifetimeS`, ms. */
export const concernsForMs = (lifetimeS: number): number =>
  Math.min(lifetimeS + marginS, longestS) * 1_000;

const nowS = (): number => Math.floor(Date.now() / 1_000);

/**
 * The revoked sessions of each tenant: a sorted set of session ids, score = expiry in seconds since
 * the epoch. A copy: Postgres decides, and a lost copy is repaired by the gateways' next question
 * for the true heads.
 */
export class Revocations {
  readonly #client: RedisClient;

  constructor(client: RedisClient) {
    this.#client = client;
  }

  /** @param lifetimeS life of the access tokens of these sessions, those of staff by default. */
  async add(
    tenantId: string,
    sids: readonly string[],
    lifetimeS: number = staffTokenLifetimeS,
  ): Promise<void> {
    if (sids.length === 0) return;
    const key = keys.revoked(tenantId);
    const now = nowS();
    await Promise.all([
      this.#client.zadd(key, ...sids.flatMap((sid) => [now + lifetimeS + marginS, sid])),
      this.#client.zremrangebyscore(key, 0, now),
      this.#client.expire(key, longestS),
    ]);
  }

  /** Ids whose access tokens may still be valid. */
  async read(tenantId: string): Promise<Revocation[]> {
    const key = keys.revoked(tenantId);
    const rows: unknown[] = await this.#client.zrangebyscore(key, nowS(), "+inf", "WITHSCORES");
    const flat = rows.flat() as string[];
    return flat.flatMap((id, index) =>
      index % 2 === 0 ? [{ id, untilMs: Number(flat[index + 1]) * 1_000 }] : [],
    );
  }
}
