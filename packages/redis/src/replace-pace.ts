const shortestMs = 1_000;
const longestMs = 30_000;

/**
 * How often a connection may be replaced: at once after a calm minute, then with a pause that
 * doubles from 1 s to 30 s, so that a server that stays wrong gets few reconnections.
 */
export class ReplacePace {
  #allowedAt = 0;
  #pauseMs = shortestMs;

  /** Whether a replacement may happen now; a yes counts as one. */
  allows(now: number): boolean {
    if (now < this.#allowedAt) return false;
    const calm = now - this.#allowedAt > 2 * longestMs;
    this.#pauseMs = calm ? shortestMs : Math.min(longestMs, 2 * this.#pauseMs);
    this.#allowedAt = now + this.#pauseMs;
    return true;
  }
}
