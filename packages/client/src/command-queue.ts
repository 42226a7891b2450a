import type { Bell } from "./bell.ts";
import { ClientError } from "./client-error.ts";
import { backoff, type Timing } from "./timing.ts";

const maxWaiting = 100;

export interface QueueOptions {
  readonly timing: Timing;
  readonly random: () => number;
  /** Rung when the connection is back. */
  readonly bell: Bell;
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
    if (this.#waiting >= maxWaiting) throw new ClientError("queue_full", "Too many commands are waiting for the network.");
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

  async #retry<T>(send: () => Promise<T>, deadline: number): Promise<T> {
    const { timing, random, bell } = this.#options;
    for (let attempt = 0; ; attempt++) {
      if (this.#closed) throw new ClientError("closed", "The client was closed.");
      if (Date.now() >= deadline) throw new ClientError("expired", "The command could not be sent in time and was dropped.");
      try {
        return await send();
      } catch (error) {
        if (!(error instanceof ClientError) || !error.retryable) throw error;
        await bell.wait(Math.max(0, Math.min(error.retryAfterMs ?? backoff(attempt, timing, random), deadline - Date.now())));
      }
    }
  }
}
