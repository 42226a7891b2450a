import { SharedTimeout } from "@waiter/lifecycle";

export interface FallbackOptions {
  /** Whether the Redis connection is ready; when not, Redis is not tried. */
  readonly available: () => boolean;
  /** ms that a caller waits for Redis; 250. */
  readonly timeoutMs?: number;
  /** ms for which Redis is not asked after it failed; then one caller tries it. 5,000. */
  readonly pauseMs?: number;
  /** ms of a clock that is never set back. */
  readonly now?: () => number;
}

/**
 * Counts in Redis, shared by all api processes, and in this process while Redis is away or slow.
 * Never fails, and delays a caller by at most `timeoutMs`, once per pause.
 *
 * States: *shared* until a call fails; *local* for `pauseMs`; then the next caller's attempt
 * decides.
 */
export class RedisOrLocal {
  readonly #options: Required<FallbackOptions>;
  readonly #timeout: SharedTimeout;
  #localUntil = 0;

  constructor(options: FallbackOptions) {
    this.#options = { timeoutMs: 250, pauseMs: 5_000, now: () => performance.now(), ...options };
    this.#timeout = new SharedTimeout(this.#options.timeoutMs);
  }

  async run<T>(shared: () => Promise<T> | T, local: () => Promise<T> | T): Promise<T> {
    const { available, now, pauseMs } = this.#options;
    if (!available() || now() < this.#localUntil) return local();
    // While one caller tries a Redis that failed before, the others stay local.
    const recovering = this.#localUntil !== 0;
    if (recovering) this.#localUntil = now() + pauseMs;
    try {
      const result = await this.#timeout.limit(Promise.resolve(shared()));
      this.#localUntil = 0;
      return result;
    } catch {
      this.#localUntil = now() + pauseMs;
      return local();
    }
  }
}
