import { retryDelay, type Timing } from "../shared/timing.ts";

/**
 * When to connect again. Only a connection that stayed live for `settleMs` resets the back-off:
 * connections that are made and lost at once back off as failed ones do.
 */
export class ReconnectSchedule {
  readonly #timing: Timing;
  readonly #random: () => number;
  #failures = 0;

  constructor(timing: Timing, random: () => number) {
    this.#timing = timing;
    this.#random = random;
  }

  /** Attempts in a row without a settled connection. */
  get failures(): number {
    return this.#failures;
  }

  /** The connection was live for `settleMs`. */
  settle(): void {
    this.#failures = 0;
  }

  /** A handshake failed. */
  fail(): void {
    this.#failures++;
  }

  /**
   * The delay in milliseconds after a connection was lost: spread if it had settled, else the next
   * back-off.
   */
  afterLoss(settled: boolean): number {
    if (settled) return this.#random() * this.#timing.lossSpreadMs;
    return retryDelay(this.#failures++, undefined, this.#timing, this.#random);
  }
}
