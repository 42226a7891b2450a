import type { ClientRateLimitInfo, Options, Store } from "express-rate-limit";
import { withTimeout } from "@waiter/lifecycle";

export interface FallbackOptions {
  /** Whether Redis can be asked at all; when not, it is not tried. */
  readonly available: () => boolean;
  /** How long a caller waits for Redis. */
  readonly timeoutMs?: number;
  /** How long Redis is left alone after it failed; then one caller tries it. */
  readonly pauseMs?: number;
  readonly now?: () => number;
}

/**
 * Counts in Redis, shared by all api processes, and in this process while Redis is away or slow. Never fails, and never
 * keeps a request longer than `timeoutMs`, once per pause.
 *
 * States: *shared* until a call fails; *local* for `pauseMs`; then the next caller's attempt decides.
 */
export class FallbackStore implements Store {
  readonly #shared: Store;
  readonly #local: Store;
  readonly #options: Required<FallbackOptions>;
  #localUntil = 0;

  constructor(shared: Store, local: Store, options: FallbackOptions) {
    this.#shared = shared;
    this.#local = local;
    this.#options = { timeoutMs: 250, pauseMs: 5_000, now: Date.now, ...options };
  }

  async init(options: Options): Promise<void> {
    await this.#shared.init?.(options);
  }

  increment(key: string): Promise<ClientRateLimitInfo> {
    return this.#either((store) => store.increment(key));
  }

  async decrement(key: string): Promise<void> {
    await this.#either((store) => store.decrement(key));
  }

  async resetKey(key: string): Promise<void> {
    await this.#either((store) => store.resetKey(key));
  }

  async #either<T>(run: (store: Store) => Promise<T> | T): Promise<T> {
    const { available, now, pauseMs, timeoutMs } = this.#options;
    if (!available() || now() < this.#localUntil) return run(this.#local);
    // While one caller tries a Redis that failed before, the others stay local.
    const recovering = this.#localUntil !== 0;
    if (recovering) this.#localUntil = now() + pauseMs;
    try {
      const result = await withTimeout(Promise.resolve(run(this.#shared)), timeoutMs);
      this.#localUntil = 0;
      return result;
    } catch {
      this.#localUntil = now() + pauseMs;
      return run(this.#local);
    }
  }
}
