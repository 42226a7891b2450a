import { keys } from "@waiter/contracts";
import { LRUCache } from "lru-cache";
import { withTimeout } from "../with-timeout.ts";

export interface PresenceReader {
  eval(script: string, keyCount: number, key: string): Promise<unknown>;
}

/** Scores are expiries in Redis time, so Redis' clock decides who is still there. */
const countPresent = `local t = redis.call('TIME')
return redis.call('ZCOUNT', KEYS[1], '(' .. (t[1] * 1000 + math.floor(t[2] / 1000)), '+inf')`;

/**
 * Whether a staff screen of a tenant is connected; null while Redis cannot say, which costs a caller at most `timeoutMs`.
 * Answers are shared for a second: a full restaurant asks often.
 */
export class StaffOnline {
  readonly #cache: LRUCache<string, { readonly online: boolean | null }>;

  constructor(
    redis: PresenceReader,
    {
      available,
      timeoutMs = 200,
    }: { readonly available: () => boolean; readonly timeoutMs?: number },
  ) {
    this.#cache = new LRUCache({
      max: 10_000,
      ttl: 1_000,
      fetchMethod: async (tenantId) => {
        if (!available()) return { online: null };
        try {
          const count = await withTimeout(
            redis.eval(countPresent, 1, keys.presence(tenantId)),
            timeoutMs,
          );
          return { online: Number(count) > 0 };
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
