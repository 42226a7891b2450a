/**
 * How far back a sweep looks for due rows (the relay's for outbox rows, the worker's for
 * deadlines), so that it does not read the index entries of rows that were deleted earlier and that
 * an open snapshot keeps.
 *
 * A look that took every due row it saw leaves only rows of transactions that were open then. Those
 * end within `longestTransactionMs`, as the server's limits make sure. Rows that a limit missed (an
 * older server, a repaired database) are found by the full look, once in `fullLookMs`.
 */
export class LookBack {
  readonly #clock: () => number;
  readonly #longestTransactionMs: number;
  readonly #fullLookMs: number;
  #lastFull: number | undefined;
  #lastComplete: number | undefined;

  constructor({
    longestTransactionMs = 30_000,
    fullLookMs = 300_000,
    clock = () => performance.now(),
  } = {}) {
    this.#longestTransactionMs = longestTransactionMs;
    this.#fullLookMs = fullLookMs;
    this.#clock = clock;
  }

  /** How far before now the next look must reach, ms; undefined for all rows. */
  next(): number | undefined {
    const now = this.#clock();
    const isFull =
      this.#lastComplete === undefined ||
      this.#lastFull === undefined ||
      now - this.#lastFull >= this.#fullLookMs;
    if (isFull) return undefined;
    return now - (this.#lastComplete ?? now) + this.#longestTransactionMs;
  }

  /**
   * Notes a look that began at `startedAt` and took all the due rows it saw, except those that have
   * been due for `leftMs` at most: the next looks reach them too.
   */
  complete(startedAt: number, lookBackMs: number | undefined, leftMs = 0): void {
    this.#lastComplete = startedAt - leftMs;
    if (lookBackMs === undefined) this.#lastFull = startedAt;
  }

  now(): number {
    return this.#clock();
  }
}
