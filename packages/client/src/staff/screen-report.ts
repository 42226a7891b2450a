import type { SessionConnection } from "../connection/session-connection.ts";
import { ClientError } from "../shared/client-error.ts";
import { isNothing } from "../shared/guards.ts";
import type { Position } from "./event-sequencer.ts";

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
  /** Position of the last applied event. */
  readonly position: () => Position | undefined;
}

/**
 * Reports what a screen shows: over the socket, or over HTTP while the board polls, so that it
 * counts as a screen. What is applied after a `mark` is not reported before the next one: the
 * screen may be off by then.
 */
export class ScreenReport {
  readonly #options: ScreenReportOptions;
  /** What the screen showed at the last `mark`. */
  #shown:
    | { readonly at: Position; readonly screen: ScreenState; readonly since: number }
    | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** An api of the release before has no such route. */
  #overHttp = true;

  constructor(options: ScreenReportOptions) {
    this.#options = options;
  }

  /** The screen shows everything applied so far. Sent at most once per `seenMs`. */
  mark(screen: ScreenState): void {
    const { position, seenMs, connection } = this.#options;
    const at = position();
    if (at === undefined) return;
    this.#shown = { at, screen, since: performance.now() };
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      const message = this.#message();
      // The rounds of polling report such failures.
      if (connection.link.state === "polling") this.poll().catch(() => undefined);
      else if (message !== undefined) connection.healthySocket?.emit("seen", message);
    }, seenMs);
  }

  /** Over HTTP, without a socket: after a `mark` and after a round of polling. */
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

  /** Undefined after a reset to another epoch, whose numbers mean other events. */
  #message(): ({ seq: number } & ScreenState) | undefined {
    if (this.#shown === undefined) return undefined;
    const { at, screen, since } = this.#shown;
    if (at.epoch !== this.#options.position()?.epoch) return undefined;
    const { idleS } = screen;
    const sinceS = Math.floor((performance.now() - since) / 1_000);
    return { seq: at.seq, ...screen, ...(idleS !== undefined && { idleS: idleS + sinceS }) };
  }
}
