/** Snapshots the api should be asked for per second by one gateway's clients. */
const snapshotsPerSecond = 100;
const leastMs = 200;
const mostMs = 10_000;

/**
 * How long clients may take over their snapshot after a `reset`: a moment when one resets, longer the more do, so that a
 * restored database or an emptied Redis is not followed by every board at once.
 */
export class ResetSpread {
  readonly #now: () => number;
  #backlog = 0;
  #at = 0;

  constructor(now: () => number = Date.now) {
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
