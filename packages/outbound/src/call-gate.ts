import { OutboundError } from "./outbound-error.ts";

/** A place among the running calls, and when its call took it. */
interface Place {
  readonly since: number;
}

/** Shortest pause of a refused call, ms. */
const leastPauseMs = 250;

/** How much a call's duration moves the mean. */
const meanShare = 0.1;

/**
 * A bulkhead: at most `limit` calls run at once. Further ones wait, each for at most `patienceMs`,
 * while running calls end and as long as their turn is expected within half of that; behind calls
 * that hang, they are refused at once as `busy`. So a fast host is not refused, a slow host holds
 * few waiting calls, and a hanging host no more than its limit.
 */
export class CallGate {
  readonly #limit: number;
  readonly #patienceMs: number;
  /** In the order in which they began. */
  readonly #running = new Set<Place>();
  readonly #waiting = new Set<(place: Place) => void>();
  #endedAt = -Infinity;
  /** Of the calls' durations, the later ones counting more, ms; 0: none has ended. */
  #meanMs = 0;

  constructor(limit: number, patienceMs: number) {
    this.#limit = limit;
    this.#patienceMs = patienceMs;
  }

  /**
   * How long a call should stay away, ms; 0: it runs, or waits for a moment. It grows with the age
   * of the oldest running call.
   */
  pauseMs(): number {
    if (this.#running.size < this.#limit) return 0;
    const now = performance.now();
    const [oldest] = this.#running;
    const ageMs = oldest === undefined ? 0 : now - oldest.since;
    const isMoving = ageMs < this.#patienceMs && now - this.#endedAt < this.#patienceMs;
    if (isMoving && this.#waiting.size < this.#room()) return 0;
    return Math.max(leastPauseMs, ageMs);
  }

  /** How many calls may wait. */
  #room(): number {
    if (this.#meanMs === 0) return this.#limit;
    return (this.#limit * this.#patienceMs) / (2 * this.#meanMs);
  }

  async run<T>(work: () => Promise<T>): Promise<T> {
    const place = this.#running.size < this.#limit ? this.#take() : await this.#wait();
    try {
      return await work();
    } finally {
      this.#running.delete(place);
      this.#endedAt = performance.now();
      const tookMs = this.#endedAt - place.since;
      this.#meanMs += (this.#meanMs === 0 ? 1 : meanShare) * (tookMs - this.#meanMs);
      const [next] = this.#waiting;
      if (next !== undefined) {
        this.#waiting.delete(next);
        next(this.#take());
      }
    }
  }

  #take(): Place {
    const place = { since: performance.now() };
    this.#running.add(place);
    return place;
  }

  async #wait(): Promise<Place> {
    const pauseMs = this.pauseMs();
    if (pauseMs > 0) throw new OutboundError("busy", { retryInMs: pauseMs });
    const { promise, resolve, reject } = Promise.withResolvers<Place>();
    const timer = setTimeout(() => {
      this.#waiting.delete(resolve);
      reject(new OutboundError("busy", { retryInMs: this.#patienceMs }));
    }, this.#patienceMs);
    this.#waiting.add(resolve);
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
    }
  }
}
