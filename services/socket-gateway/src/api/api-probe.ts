import { AppError } from "@waiter/errors";
import { withTimeout } from "@waiter/lifecycle";

export interface ApiProbeOptions {
  /** A question that the api answers from Postgres; undefined where there is nothing to ask. */
  readonly ask: () => Promise<unknown> | undefined;
  readonly intervalMs: number;
  /** How long an answer may take, ms. */
  readonly waitMs: number;
  /** The pause after a failed question, ms. */
  readonly retryMs: number;
  readonly onChange: (reachable: boolean) => void;
}

/** Questions in a row that must fail before the api counts as away. */
const failuresAtLeast = 2;

/**
 * Whether a request can be taken now: asks the api every few seconds, so that screens and guests
 * learn of an outage that no call of theirs has met yet.
 */
export class ApiProbe {
  readonly #options: ApiProbeOptions;
  #reachable: boolean | undefined;
  #failures = 0;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: ApiProbeOptions) {
    this.#options = options;
  }

  /** Undefined before the first answer. */
  get isReachable(): boolean | undefined {
    return this.#reachable;
  }

  start(): void {
    this.#schedule(this.#options.retryMs);
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  #schedule(pauseMs: number): void {
    if (this.#closed) return;
    this.#timer = setTimeout(() => void this.#run(), pauseMs);
    this.#timer.unref();
  }

  async #run(): Promise<void> {
    const { ask, intervalMs, retryMs, waitMs } = this.#options;
    try {
      const answer = ask();
      if (answer !== undefined) {
        await withTimeout(answer, waitMs);
        this.#note(true);
      }
    } catch (error) {
      // A full queue is this gateway's load: the api was not asked.
      if (!(error instanceof AppError && error.code === "overloaded")) this.#note(false);
    }
    this.#schedule(this.#failures === 0 ? intervalMs : retryMs);
  }

  #note(answered: boolean): void {
    this.#failures = answered ? 0 : this.#failures + 1;
    if (!answered && this.#failures < failuresAtLeast) return;
    if (this.#closed || this.#reachable === answered) return;
    this.#reachable = answered;
    this.#options.onChange(answered);
  }
}
