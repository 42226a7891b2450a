import type { Metrics } from "@waiter/metrics";

/** Counts messages that cannot be parsed, by source; logs at most one per second. */
export class MalformedMessages {
  readonly #metrics: Pick<Metrics, "malformedMessages">;
  readonly #log: (fields: object) => void;
  #loggedAt = -Infinity;

  constructor(metrics: Pick<Metrics, "malformedMessages">, log: (fields: object) => void) {
    this.#metrics = metrics;
    this.#log = log;
  }

  note(source: "pubsub" | "socket", fields: object): void {
    this.#metrics.malformedMessages.inc({ source });
    const now = performance.now();
    if (now - this.#loggedAt < 1_000) return;
    this.#loggedAt = now;
    this.#log({ source, ...fields });
  }
}
