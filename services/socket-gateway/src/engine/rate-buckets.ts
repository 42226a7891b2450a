import { LRUCache } from "lru-cache";
import { fullBucket, takeTokens, type Bucket, type BucketRate } from "./token-bucket.ts";

/**
 * One token bucket per key, all of one rate. Beyond `max` keys the least recently used bucket is
 * dropped: its key begins with a full one.
 */
export class RateBuckets {
  readonly #buckets: LRUCache<string, Bucket>;
  readonly #rate: BucketRate;
  readonly #now: () => number;

  /** @param now ms since any moment; it may be set back. */
  constructor(rate: BucketRate, max: number, now: () => number = () => Date.now()) {
    this.#buckets = new LRUCache({ max });
    this.#rate = rate;
    this.#now = now;
  }

  /**
   * Takes one token of the key's bucket; false if none is left. A refused attempt takes none: else
   * a crowd that shares a key would never get in.
   */
  take(key: string): boolean {
    const now = this.#now();
    let bucket = this.#buckets.get(key);
    if (bucket === undefined) this.#buckets.set(key, (bucket = fullBucket(this.#rate, now)));
    const taken = takeTokens(bucket, this.#rate, 1, now);
    if (!taken) bucket.allowance = Math.max(0, bucket.allowance);
    return taken;
  }
}
