const shortestMs = 1_000;
const longestMs = 4_000;
const calmMs = 60_000;

/**
 * How often a connection may be replaced: at once after a calm minute, then with a pause that
 * doubles from 1 s to 4 s. A server that stays wrong gets few reconnections, and a connection
 * leaves it within 4 s of the moment when the address names the right one.
 */
export class ReplacePace {
  #allowedAt = -Infinity;
  #pauseMs = shortestMs;

  /** Whether a replacement may happen now; a yes counts as one. */
  allows(now: number): boolean {
    if (now < this.#allowedAt) return false;
    const calm = now - this.#allowedAt > calmMs;
    this.#pauseMs = calm ? shortestMs : Math.min(longestMs, 2 * this.#pauseMs);
    this.#allowedAt = now + this.#pauseMs;
    return true;
  }
}
