/**
 * The server's time, estimated from the `now` that answers carry. An answer is always older than its `now` says, never
 * younger, so the largest difference seen is the best one; a jump of the local clock is taken over at the next answer.
 */
export class ServerClock {
  #offset: number | undefined;

  observe(now: string): void {
    const offset = Date.parse(now) - Date.now();
    if (Number.isNaN(offset)) return;
    if (this.#offset === undefined || offset > this.#offset || this.#offset - offset > 5_000)
      this.#offset = offset;
  }

  /** Milliseconds since the epoch. */
  now(): number {
    return Date.now() + (this.#offset ?? 0);
  }
}
