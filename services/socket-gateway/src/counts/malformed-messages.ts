import { Counter, type Registry } from "prom-client";

/** Messages that are not ours: `pubsub` from Redis, `socket` from clients. Logged at most once a second. */
export class MalformedMessages {
  readonly #counter: Counter<"source">;
  readonly #log: (fields: object) => void;
  #loggedAt = 0;

  constructor(registry: Registry, log: (fields: object) => void) {
    this.#counter = new Counter({
      name: "waiter_malformed_messages_total",
      help: "Messages that could not be understood",
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
