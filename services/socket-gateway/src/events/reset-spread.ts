/** Snapshots per second that the clients of one gateway should request from the api. */
const snapshotsPerSecond = 100;
const leastMs = 200;
const mostMs = 10_000;

/**
 * Time over which clients spread their snapshot requests after a `reset`. It grows with the number
 * of resets, so that after a restored database or a flushed Redis not all boards reload at once.
 */
export class ResetSpread {
  readonly #now: () => number;
  #backlog = 0;
  #at = 0;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  next(): number {
    const now = this.#now();
    this.#backlog =
      Math.max(0, this.#backlog - ((now - this.#at) / 1_000) * snapshotsPerSecond) + 1;
    this.#at = now;
    return Math.round(
      Math.min(mostMs, Math.max(leastMs, (this.#backlog / snapshotsPerSecond) * 1_000)),
    );
  }
}
