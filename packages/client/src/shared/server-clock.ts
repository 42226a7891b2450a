/**
 * Estimates the server's time from the `now` of answers. Transit only makes `now` older, so the
 * largest difference seen is the best estimate; after a jump of the local clock the next answer
 * replaces it.
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
