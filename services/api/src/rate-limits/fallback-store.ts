import type { ClientRateLimitInfo, Options, Store } from "express-rate-limit";
import { RedisOrLocal, type FallbackOptions } from "./redis-or-local.ts";

/**
 * A rate limit's counter in Redis, and in this process while Redis is away or slow. See {@link
 * RedisOrLocal}.
 */
export class FallbackStore implements Store {
  readonly #shared: Store;
  readonly #local: Store;
  readonly #fallback: RedisOrLocal;

  constructor(shared: Store, local: Store, options: FallbackOptions) {
    this.#shared = shared;
    this.#local = local;
    this.#fallback = new RedisOrLocal(options);
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

  #either<T>(run: (store: Store) => Promise<T> | T): Promise<T> {
    return this.#fallback.run(
      () => run(this.#shared),
      () => run(this.#local),
    );
  }
}
