import type { Socket } from "socket.io-client";
import { isRecord } from "../shared/guards.ts";
import { askedDelay } from "../shared/timing.ts";

/** Longest delay that the client accepts from a draining gateway; a longer one is shortened. */
const longestMs = 300_000;

/** Leaves a draining gateway at the time that it asked for. */
export class PlannedMove {
  /** `performance.now()` of the move: a clock that is set back must not put it off. */
  #at: number | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Plans the move of a `draining` message. */
  plan(socket: Socket, message: unknown): void {
    this.cancel();
    const asked = isRecord(message) ? message.reconnectInMs : undefined;
    const delayMs = askedDelay(asked, 1_000, longestMs);
    this.#at = performance.now() + delayMs;
    this.#timer = setTimeout(() => socket.disconnect(), delayMs);
  }

  /** Milliseconds until the move; undefined if none is planned. */
  get remainingMs(): number | undefined {
    return this.#at === undefined ? undefined : Math.max(0, this.#at - performance.now());
  }

  cancel(): void {
    clearTimeout(this.#timer);
    this.#at = undefined;
  }
}
