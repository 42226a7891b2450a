import type { ClientRateLimitInfo, Store } from "express-rate-limit";
import { LRUCache } from "lru-cache";

interface Count {
  hits: number;
  readonly resetTime: Date;
}

/**
 * Counts in this process, for when Redis is away. Holds a bounded number of keys; the least used
 * are forgotten first.
 */
export class MemoryCounter implements Store {
  readonly localKeys = true;
  readonly #windowMs: number;
  readonly #counts: LRUCache<string, Count>;

  constructor(windowMs: number, maxKeys = 50_000) {
    this.#windowMs = windowMs;
    this.#counts = new LRUCache({ max: maxKeys, ttl: windowMs });
  }

  increment(key: string): ClientRateLimitInfo & { resetTime: Date } {
    const count = this.#counts.get(key) ?? this.#begin(key);
    count.hits += 1;
    return { totalHits: count.hits, resetTime: count.resetTime };
  }

  decrement(key: string): void {
    const count = this.#counts.get(key);
    if (count !== undefined && count.hits > 0) count.hits -= 1;
  }

  resetKey(key: string): void {
    this.#counts.delete(key);
  }

  #begin(key: string): Count {
    const count = { hits: 0, resetTime: new Date(Date.now() + this.#windowMs) };
    this.#counts.set(key, count);
    return count;
  }
}
