import type { Bell } from "./bell.ts";
import { ClientError } from "./client-error.ts";
import { backoff, type Timing } from "./timing.ts";

export interface Patience {
  readonly timing: Timing;
  readonly random: () => number;
  /** Cuts a wait short. */
  readonly bell: Bell;
}
export interface Trying<T> {
  readonly run: () => Promise<T>;
  /** Asked before each try, with the last failure; throws to give up. */
  readonly check: (failure?: unknown) => void;
  /** No wait goes beyond this moment (local clock, ms). */
  readonly until?: number;
  /** Failures worth another try; by default those that the server or the network calls passing. */
  readonly mayPass?: (error: unknown) => boolean;
}

const isPassing = (error: unknown): boolean => error instanceof ClientError && error.retryable;

/** Tries until it succeeds, backing off, or as long as the server asks, between failures. Throws what will not pass. */
export async function persist<T>(
  { timing, random, bell }: Patience,
  { run, check, until = Infinity, mayPass = isPassing }: Trying<T>,
): Promise<T> {
  let failure: unknown;
  for (let attempt = 0; ; attempt++) {
    check(failure);
    try {
      return await run();
    } catch (error) {
      if (!mayPass(error)) throw error;
      failure = error;
      const asked = error instanceof ClientError ? error.retryAfterMs : undefined;
      await bell.wait(
        Math.max(
          0,
          Math.min(
            timing.reconnectMaxMs,
            asked ?? backoff(attempt, timing, random),
            until - Date.now(),
          ),
        ),
      );
    }
  }
}
