/**
 * Lets a bounded number of callers go on in one turn of the event loop, in the order of their
 * calls. A turn is one iteration of the event loop.
 */
export class JoinTurns {
  readonly #perTurn: number;
  readonly #nextTurn: (run: () => void) => void;
  readonly #begin = (): void => this.#beginTurn();
  readonly #waiting: (() => void)[] = [];
  /** How many may still go on in this turn. */
  #left: number;

  constructor(perTurn: number, nextTurn: (run: () => void) => void = setImmediate) {
    this.#perTurn = perTurn;
    this.#nextTurn = nextTurn;
    this.#left = perTurn;
  }

  /** @returns undefined where the caller goes on at once. */
  wait(): Promise<void> | undefined {
    if (this.#left === this.#perTurn) this.#nextTurn(this.#begin);
    if (this.#left > 0) {
      this.#left -= 1;
      return undefined;
    }
    return new Promise((resolve) => void this.#waiting.push(resolve));
  }

  #beginTurn(): void {
    const served = this.#waiting.splice(0, this.#perTurn);
    this.#left = this.#perTurn - served.length;
    if (served.length > 0) this.#nextTurn(this.#begin);
    for (const goOn of served) goOn();
  }
}
