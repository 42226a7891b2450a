import { createHash } from "node:crypto";
import { keys } from "@waiter/contracts";
import { RedisScript, type RedisClient } from "@waiter/redis";
import { LRUCache } from "lru-cache";
import { RedisOrLocal } from "./redis-or-local.ts";

/** Whose login it is. Both parts are normalized by the caller. */
export interface Account {
  readonly tenantId: string;
  readonly account: string;
}

export interface LoginThrottleOptions {
  readonly redis: RedisClient;
  readonly available: () => boolean;
  /** Failures of an account without a delay. */
  readonly freeFailures: number;
  readonly now?: () => number;
}

/** Failures are forgotten so long after the last one, ms. */
const memoryMs = 15 * 60_000;
/** Longest delay, ms. */
const longestMs = 30_000;

/**
 * Slows the guessing of one account's password down without locking its owner out. Each failure
 * beyond the free ones doubles the time that an address block must let pass between two of its own
 * attempts at that account, up to 30 s; the attempts of other blocks do not lengthen it. Known
 * devices do not ask here.
 *
 * Redis holds two keys per account: the number of recent failures, and per block the time of its
 * next attempt.
 */
export class LoginThrottle {
  readonly #options: LoginThrottleOptions;
  readonly #fallback: RedisOrLocal;
  readonly #failures = new LRUCache<string, number>({ max: 20_000, ttl: memoryMs });
  readonly #turns = new LRUCache<string, number>({ max: 20_000, ttl: 2 * longestMs });

  constructor(options: LoginThrottleOptions) {
    this.#options = options;
    this.#fallback = new RedisOrLocal(options);
  }

  /** ms until this block may try this account; 0 lets it try now, and only once. */
  async wait(account: Account, block: string): Promise<number> {
    const names = namesOf(account, block);
    const { redis, freeFailures } = this.#options;
    const waitMs = await this.#fallback.run(
      () => takeTurn.run(redis, [names.failures, names.turn], [freeFailures, longestMs]),
      () => this.#takeLocalTurn(names),
    );
    return Number(waitMs);
  }

  async failed(account: Account): Promise<void> {
    const { failures } = namesOf(account, "");
    await this.#fallback.run(
      () => addFailure.run(this.#options.redis, [failures], [memoryMs]),
      () => void this.#failures.set(failures, (this.#failures.get(failures) ?? 0) + 1),
    );
  }

  async succeeded(account: Account): Promise<void> {
    const { failures } = namesOf(account, "");
    await this.#fallback.run<unknown>(
      () => this.#options.redis.del(failures),
      () => this.#failures.delete(failures),
    );
  }

  #takeLocalTurn({ failures, turn }: Names): number {
    const excess = (this.#failures.get(failures) ?? 0) - this.#options.freeFailures;
    if (excess < 0) return 0;
    const delay = Math.min(longestMs, 1_000 * 2 ** excess);
    const now = (this.#options.now ?? (() => performance.now()))();
    const next = this.#turns.get(turn);
    if (next !== undefined && now < next) return next - now;
    this.#turns.set(turn, now + delay);
    return next === undefined ? delay : 0;
  }
}

/** KEYS: failures, turn. ARGV: free failures, longest delay in ms. Redis' clock counts. */
const takeTurn = new RedisScript(`
local excess = (tonumber(redis.call('GET', KEYS[1])) or 0) - tonumber(ARGV[1])
if excess < 0 then return 0 end
local delay = math.min(tonumber(ARGV[2]), 1000 * 2 ^ math.min(excess, 20))
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
local next = tonumber(redis.call('GET', KEYS[2]))
if next and now < next then return next - now end
redis.call('SET', KEYS[2], string.format('%.0f', now + delay), 'PX', 2 * tonumber(ARGV[2]))
if next then return 0 end
return delay`);

const addFailure = new RedisScript(`
local failures = redis.call('INCR', KEYS[1])
redis.call('PEXPIRE', KEYS[1], ARGV[1])
return failures`);

interface Names {
  readonly failures: string;
  readonly turn: string;
}
/**
 * Both names share a slot of a cluster. Hashed: neither e-mail nor address is readable in Redis.
 */
function namesOf({ tenantId, account }: Account, block: string): Names {
  const hash = (text: string): string => createHash("sha256").update(text).digest("base64url");
  const base = `${keys.rateLimit("login")}{${hash(`${tenantId} ${account}`)}}`;
  return { failures: base, turn: `${base}:${hash(block)}` };
}
