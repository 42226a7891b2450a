/** A reading of Postgres' clock; times of this process by `performance.now()`. */
export interface ClockReading {
  readonly askedAt: number;
  readonly answeredAt: number;
  /** ms since the epoch. */
  readonly databaseNow: number;
}

/** A reading is replaced by a less exact one after this time, because clocks drift, ms. */
const keptMs = 300_000;

/**
 * Postgres' clock as this process knows it: the difference to its own monotonic clock, from the
 * answer that took the shortest time within five minutes, exact to half of that time. Before the
 * first reading, and with an api of 0.2, the clock of this machine.
 */
export class DatabaseClock {
  #best: ClockReading | undefined;
  #offset = 0;

  note(reading: ClockReading): void {
    const { askedAt, answeredAt, databaseNow } = reading;
    if (this.#best !== undefined && !isBetter(reading, this.#best)) return;
    this.#best = reading;
    this.#offset = databaseNow - (askedAt + answeredAt) / 2;
  }

  /** ms since the epoch. */
  now(): number {
    return this.#best === undefined ? Date.now() : performance.now() + this.#offset;
  }
}

const isBetter = (one: ClockReading, best: ClockReading): boolean =>
  one.answeredAt - one.askedAt <= best.answeredAt - best.askedAt ||
  one.answeredAt - best.answeredAt > keptMs;
