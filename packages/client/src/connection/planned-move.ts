import type { Socket } from "socket.io-client";
import { isRecord } from "../shared/guards.ts";
import { elapsedSince } from "../shared/elapsed.ts";
import { askedDelay } from "../shared/timing.ts";

/** Longest delay that the client accepts from a draining gateway; a longer one is shortened. */
const longestMs = 300_000;

/** Leaves a draining gateway at the time that it asked for. */
export class PlannedMove {
  /** A clock that is set back must not put the move off, nor a sleep of the device. */
  #remaining: (() => number) | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Plans the move of a `draining` message. */
  plan(socket: Socket, message: unknown): void {
    this.cancel();
    const asked = isRecord(message) ? message.reconnectInMs : undefined;
    const delayMs = askedDelay(asked, 1_000, longestMs);
    const elapsed = elapsedSince();
    this.#remaining = () => Math.max(0, delayMs - elapsed());
    this.#timer = setTimeout(() => socket.disconnect(), delayMs);
  }

  /** Milliseconds until the move; undefined if none is planned. */
  get remainingMs(): number | undefined {
    return this.#remaining?.();
  }

  cancel(): void {
    clearTimeout(this.#timer);
    this.#remaining = undefined;
  }
}
