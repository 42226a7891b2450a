import type { IncomingMessage } from "node:http";
import { addressBlock } from "@waiter/auth";
import type { Refusal } from "@waiter/contracts";
import { LRUCache } from "lru-cache";
import { takeToken, type Bucket, type BucketRate } from "./token-bucket.ts";

export interface AdmissionOptions {
  readonly maxConnections: number | undefined;
  readonly rate: BucketRate;
  readonly addressOf: (request: IncomingMessage) => string;
  /** Open connections. */
  readonly connections: () => number;
  readonly isDraining: () => boolean;
  readonly now?: () => number;
}

/** Addresses whose rate is stored; beyond it the least recently used is dropped. */
const rememberedAddresses = 50_000;

/**
 * Decides before the upgrade whether this gateway accepts another connection. A refusal is a 503,
 * which socket.io-client retries, unlike a refusal of the namespace.
 */
export class Admission {
  readonly #options: AdmissionOptions;
  readonly #buckets = new LRUCache<string, Bucket>({ max: rememberedAddresses });

  constructor(options: AdmissionOptions) {
    this.#options = options;
  }

  /**
   * The refusal, or undefined. `retryAfterMs` has jitter, so that clients do not return at once.
   */
  check(request: IncomingMessage): Refusal | undefined {
    const { isDraining, maxConnections, connections } = this.#options;
    if (isDraining()) return { code: "draining", retryAfterMs: between(1_000, 5_000) };
    if (maxConnections !== undefined && connections() >= maxConnections)
      return { code: "overloaded", retryAfterMs: between(5_000, 30_000) };
    if (!this.#mayConnect(addressBlock(this.#options.addressOf(request))))
      return { code: "rate_limited", retryAfterMs: between(1_000, 10_000) };
    return undefined;
  }

  #mayConnect(address: string): boolean {
    const now = (this.#options.now ?? Date.now)();
    let bucket = this.#buckets.get(address);
    if (bucket === undefined) {
      bucket = { allowance: this.#options.rate.burst, allowedAt: now };
      this.#buckets.set(address, bucket);
    }
    const taken = takeToken(bucket, this.#options.rate, now);
    // Refused attempts take no token; else a crowd behind one address would never get in.
    if (!taken) bucket.allowance = 0;
    return taken;
  }
}

const between = (low: number, high: number): number =>
  Math.round(low + Math.random() * (high - low));
