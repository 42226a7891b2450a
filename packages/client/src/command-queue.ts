import { ClientError } from "./client-error.ts";
import { persist, type Patience } from "./persist.ts";

const maxWaiting = 100;

export interface QueueOptions extends Patience {
  readonly onChange: () => void;
}

/**
 * Staff commands that wait for the network: one lane per request, first in, first out, the same key at every try. What
 * could not be sent within `commandTtlMs` is dropped with `expired`, because a claim from a minute ago would surprise.
 */
export class CommandQueue {
  readonly #options: QueueOptions;
  readonly #lanes = new Map<string, Promise<unknown>>();
  #waiting = 0;
  #closed = false;

  constructor(options: QueueOptions) {
    this.#options = options;
  }

  /** Commands given and not yet answered. */
  get size(): number {
    return this.#waiting;
  }

  /** @throws ClientError: what the server answered, or `expired`, `queue_full`, `closed`. */
  async run<T>(lane: string, send: () => Promise<T>): Promise<T> {
    if (this.#waiting >= maxWaiting) throw new ClientError("queue_full", "Too much is waiting.");
    const deadline = Date.now() + this.#options.timing.commandTtlMs;
    this.#waiting++;
    this.#options.onChange();
    const before = this.#lanes.get(lane);
    const run = (async () => {
      await before?.catch(() => undefined);
      return await this.#retry(send, deadline);
    })();
    this.#lanes.set(lane, run);
    try {
      return await run;
    } finally {
      if (this.#lanes.get(lane) === run) this.#lanes.delete(lane);
      this.#waiting--;
      this.#options.onChange();
    }
  }

  close(): void {
    this.#closed = true;
    this.#options.bell.ring();
  }

  #retry<T>(run: () => Promise<T>, until: number): Promise<T> {
    const check = () => {
      if (this.#closed) throw new ClientError("closed", "Closed.");
      if (Date.now() >= until) throw new ClientError("expired", "Not sent in time.");
    };
    return persist(this.#options, { run, check, until });
  }
}
