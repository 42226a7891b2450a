/**
 * Time that one kind of work may take on the event loop per turn. A turn is one iteration of the
 * event loop. The last piece of work of a turn may exceed it by its own length.
 */
export class TurnBudget {
  readonly #turnMs: number;
  readonly #now: () => number;
  readonly #nextTurn: (run: () => void) => void;
  readonly #renew = (): void => {
    this.#spentMs = 0;
  };
  #spentMs = 0;

  constructor(
    turnMs: number,
    now: () => number = performance.now.bind(performance),
    nextTurn: (run: () => void) => void = setImmediate,
  ) {
    this.#turnMs = turnMs;
    this.#now = now;
    this.#nextTurn = nextTurn;
  }

  /** Whether this turn has no time left. */
  get isSpent(): boolean {
    return this.#spentMs >= this.#turnMs;
  }

  /** Runs the work and counts its time, also when it throws. */
  run<T>(work: () => T): T {
    const begin = this.#now();
    try {
      return work();
    } finally {
      if (this.#spentMs === 0) this.#nextTurn(this.#renew);
      // More than zero, so that a turn is renewed once.
      this.#spentMs += Math.max(this.#now() - begin, Number.EPSILON);
    }
  }
}
