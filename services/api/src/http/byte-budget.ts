import { AppError } from "@waiter/errors";

export interface ByteBudgetOptions {
  /** Bytes in memory at a time, of all callers. */
  readonly maxBytes: number;
  /** The share that one address block may hold. */
  readonly maxBytesPerAddress: number;
}

/** The bytes that one request or answer holds. */
export interface HeldBytes {
  /**
   * Holds so many more.
   * @throws {AppError} `overloaded` when the budget, or the share of the address block, is used up.
   */
  add(bytes: number): void;
  /** Frees all but so many; keeps all where fewer are held. */
  keep(bytes: number): void;
  /** Frees all of them; may be called again. */
  release(): void;
}

/** Bounds the bytes that callers make this process hold, in all and per address block. */
export class ByteBudget {
  readonly #options: ByteBudgetOptions;
  readonly #byAddress = new Map<string, number>();
  #bytes = 0;

  constructor(options: ByteBudgetOptions) {
    this.#options = options;
  }

  /** The share of one address block. */
  get maxBytesPerAddress(): number {
    return this.#options.maxBytesPerAddress;
  }

  /** Holds nothing yet. */
  open(address: string): HeldBytes {
    let held = 0;
    const keep = (bytes: number): void => {
      if (bytes >= held) return;
      this.#free(address, held - bytes);
      held = bytes;
    };
    return {
      add: (bytes) => {
        this.#add(address, bytes);
        held += bytes;
      },
      keep,
      release: () => keep(0),
    };
  }

  #add(address: string, bytes: number): void {
    const ofAddress = (this.#byAddress.get(address) ?? 0) + bytes;
    const { maxBytes, maxBytesPerAddress } = this.#options;
    if (this.#bytes + bytes > maxBytes || ofAddress > maxBytesPerAddress)
      throw new AppError("overloaded", { extra: { retryAfterS: 1 } });
    this.#bytes += bytes;
    this.#byAddress.set(address, ofAddress);
  }

  #free(address: string, bytes: number): void {
    this.#bytes -= bytes;
    const left = (this.#byAddress.get(address) ?? 0) - bytes;
    if (left > 0) this.#byAddress.set(address, left);
    else this.#byAddress.delete(address);
  }
}
