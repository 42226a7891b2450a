import { OutboundError } from "./outbound-error.ts";

/** A place among the running calls, and when its call took it. */
interface Place {
  readonly since: number;
}

/**
 * A bulkhead: at most `limit` calls run at once. A further call waits for at most `patienceMs`, and
 * only while the running calls make progress: behind a call that takes longer it is refused at once
 * as `busy`. So a fast host is not refused, and a hanging host holds no more than its limit.
 */
export class CallGate {
  readonly #limit: number;
  readonly #patienceMs: number;
  /** In the order in which they began. */
  readonly #running = new Set<Place>();
  readonly #waiting = new Set<(place: Place) => void>();

  constructor(limit: number, patienceMs: number) {
    this.#limit = limit;
    this.#patienceMs = patienceMs;
  }

  async run<T>(work: () => Promise<T>): Promise<T> {
    const place = this.#running.size < this.#limit ? this.#take() : await this.#wait();
    try {
      return await work();
    } finally {
      this.#running.delete(place);
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
    const [oldest] = this.#running;
    if (oldest !== undefined && performance.now() - oldest.since > this.#patienceMs)
      throw new OutboundError("busy");
    const { promise, resolve, reject } = Promise.withResolvers<Place>();
    const timer = setTimeout(() => {
      this.#waiting.delete(resolve);
      reject(new OutboundError("busy"));
    }, this.#patienceMs);
    this.#waiting.add(resolve);
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
    }
  }
}
