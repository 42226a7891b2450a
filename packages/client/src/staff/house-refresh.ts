import type { Board } from "../protocol/types.ts";
import { retry, type RetryOptions } from "../shared/retry.ts";
import { ClientError } from "../shared/client-error.ts";

/** Wait after an event, so that many changes of one person cost one read. */
const quietMs = 500;

export interface HouseRefreshOptions extends RetryOptions {
  /** GET /api/board. */
  readonly board: () => Promise<Board>;
  readonly adopt: (board: Board) => void;
  readonly report: (error: unknown) => void;
}

/**
 * Reads tables, zones, staff, duty, request types and settings again after an event about them.
 * Requests are not touched: the sequence of events keeps those.
 */
export class HouseRefresh {
  readonly #options: HouseRefreshOptions;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #closed = false;

  constructor(options: HouseRefreshOptions) {
    this.#options = options;
  }

  /** Reads soon; calls within the wait share one read. */
  request(): void {
    if (this.#closed) return;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#read().catch(this.#options.report);
    }, quietMs);
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  async #read(): Promise<void> {
    const check = () => {
      if (this.#closed) throw new ClientError("closed", "Closed.");
    };
    this.#options.adopt(await retry(this.#options, { run: this.#options.board, check }));
  }
}
