import type { SessionConnection } from "../connection/session-connection.ts";
import { ClientError } from "../shared/client-error.ts";
import { isNothing } from "../shared/guards.ts";

/** What a screen says about itself with `seen`. */
export interface ScreenState {
  /** Whether the page is on top. */
  readonly visible?: boolean;
  /** Whether it can sound. */
  readonly audible?: boolean;
  /** Seconds since its last touch. */
  readonly idleS?: number;
}
export interface ScreenReportOptions {
  readonly connection: SessionConnection;
  readonly seenMs: number;
  /** Number of the last applied event. */
  readonly seq: () => number | undefined;
}

/**
 * Reports what a screen shows: over the socket, or over HTTP while the board polls, so that it
 * counts as a screen.
 */
export class ScreenReport {
  readonly #options: ScreenReportOptions;
  #screen: ScreenState | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** An api of the release before has no such route. */
  #overHttp = true;

  constructor(options: ScreenReportOptions) {
    this.#options = options;
  }

  /** Sent at most once per `seenMs`. */
  mark(screen: ScreenState): void {
    this.#screen = screen;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      const message = this.#message();
      if (message !== undefined) this.#options.connection.healthySocket?.emit("seen", message);
    }, this.#options.seenMs);
  }

  /** After a round of polling. */
  async poll(): Promise<void> {
    const message = this.#message();
    const { connection } = this.#options;
    if (!this.#overHttp || message === undefined || connection.healthySocket !== undefined) return;
    try {
      await connection.call("POST", "/api/seen", isNothing, message);
    } catch (error) {
      if (error instanceof ClientError && (error.status === 404 || error.status === 405))
        this.#overHttp = false;
      else throw error;
    }
  }

  close(): void {
    clearTimeout(this.#timer);
  }

  #message(): ({ seq: number } & ScreenState) | undefined {
    const seq = this.#options.seq();
    return seq === undefined || this.#screen === undefined ? undefined : { seq, ...this.#screen };
  }
}
