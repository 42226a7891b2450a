import { AppError } from "@waiter/errors";

export interface BodyBudgetOptions {
  /** Bytes of request bodies in memory at a time, of all callers. */
  readonly maxBytes: number;
  /** The share that one address block may hold. */
  readonly maxBytesPerAddress: number;
}

/** Bounds the request bodies that this process holds at a time, in all and per address block. */
export class BodyBudget {
  readonly #options: BodyBudgetOptions;
  readonly #byAddress = new Map<string, number>();
  #bytes = 0;

  constructor(options: BodyBudgetOptions) {
    this.#options = options;
  }

  /**
   * Reserves `bytes` until the returned function is called.
   * @throws {AppError} `overloaded` when the budget, or the address block's share of it, is used
   * up.
   */
  reserve(address: string, bytes: number): () => void {
    const held = this.#byAddress.get(address) ?? 0;
    const { maxBytes, maxBytesPerAddress } = this.#options;
    if (this.#bytes + bytes > maxBytes || held + bytes > maxBytesPerAddress)
      throw new AppError("overloaded", { extra: { retryAfterS: 1 } });
    this.#bytes += bytes;
    this.#byAddress.set(address, held + bytes);
    let isHeld = true;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      this.#bytes -= bytes;
      const left = (this.#byAddress.get(address) ?? 0) - bytes;
      if (left > 0) this.#byAddress.set(address, left);
      else this.#byAddress.delete(address);
    };
  }
}
