import { ClientError } from "../shared/client-error.ts";
import { elapsedSince } from "../shared/elapsed.ts";
import { retry, type RetryOptions } from "../shared/retry.ts";
import { TimeoutError, within } from "../shared/within.ts";

const maxWaiting = 100;

export interface QueueOptions extends RetryOptions {
  readonly onChange: () => void;
}

/**
 * Staff commands that wait for the network: one first-in-first-out lane per request, the same key
 * at every attempt. A command without an answer after `commandTtlMs` fails with `expired`, also if
 * an attempt is under way.
 */
export class CommandQueue {
  readonly #options: QueueOptions;
  readonly #lanes = new Map<string, Promise<unknown>>();
  #waiting = 0;
  #closed = false;

  constructor(options: QueueOptions) {
    this.#options = options;
  }

  /** Commands without an answer yet. */
  get size(): number {
    return this.#waiting;
  }

  /**
   * `send` calls `check` before each transmission. @throws ClientError: the server's answer, or
   * `expired`, `queue_full`, `closed`.
   */
  async run<T>(lane: string, send: (check: () => void) => Promise<T>): Promise<T> {
    if (this.#waiting >= maxWaiting)
      throw new ClientError("queue_full", "Too many unsent commands.");
    const { commandTtlMs } = this.#options.timing;
    const elapsed = elapsedSince();
    this.#waiting++;
    this.#options.onChange();
    const before = this.#lanes.get(lane);
    const run = (async () => {
      await before?.catch(() => undefined);
      return await this.#retry(send, () => commandTtlMs - elapsed());
    })();
    this.#lanes.set(lane, run);
    try {
      return await within(commandTtlMs, run);
    } catch (error) {
      throw error instanceof TimeoutError ? notInTime() : error;
    } finally {
      if (this.#lanes.get(lane) === run) this.#lanes.delete(lane);
      this.#waiting--;
      this.#options.onChange();
    }
  }

  close(): void {
    this.#closed = true;
    this.#options.wakeup.wake();
  }

  #retry<T>(send: (check: () => void) => Promise<T>, leftMs: () => number): Promise<T> {
    const check = () => {
      if (this.#closed) throw new ClientError("closed", "Closed.");
      if (leftMs() <= 0) throw notInTime();
    };
    return retry(this.#options, { run: () => send(check), check, leftMs });
  }
}

const notInTime = () => new ClientError("expired", "Not confirmed in time.");
