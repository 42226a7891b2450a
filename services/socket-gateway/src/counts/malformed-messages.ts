import { Counter, type Registry } from "prom-client";

/** Counts messages that cannot be parsed, by source; logs at most one per second. */
export class MalformedMessages {
  readonly #counter: Counter<"source">;
  readonly #log: (fields: object) => void;
  #loggedAt = 0;

  constructor(registry: Registry, log: (fields: object) => void) {
    this.#counter = new Counter({
      name: "waiter_malformed_messages_total",
      help: "Messages that could not be parsed",
      labelNames: ["source"],
      registers: [registry],
    });
    this.#log = log;
  }

  note(source: "pubsub" | "socket", fields: object): void {
    this.#counter.inc({ source });
    if (Date.now() - this.#loggedAt < 1_000) return;
    this.#loggedAt = Date.now();
    this.#log({ source, ...fields });
  }
}
