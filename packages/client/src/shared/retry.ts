import { ClientError } from "./client-error.ts";
import { retryDelay, type Timing } from "./timing.ts";
import type { Wakeup } from "./wakeup.ts";

export interface RetryOptions {
  readonly timing: Timing;
  readonly random: () => number;
  /** Ends the current wait early. */
  readonly wakeup: Wakeup;
}
export interface RetryTask<T> {
  readonly run: () => Promise<T>;
  /** Runs before each attempt with the last failure; throws to give up. */
  readonly check: (failure?: unknown) => void;
  /** Waits end after so many milliseconds at the latest; asked before each. */
  readonly leftMs?: () => number;
  /** Which failures are retried; by default `ClientError.retryable`. */
  readonly isRetryable?: (error: unknown) => boolean;
}

const isTransient = (error: unknown): boolean => error instanceof ClientError && error.retryable;

/**
 * Runs until it succeeds, waiting between attempts by back-off and Retry-After. Throws other
 * failures.
 */
export async function retry<T>(
  { timing, random, wakeup }: RetryOptions,
  { run, check, leftMs = () => Infinity, isRetryable = isTransient }: RetryTask<T>,
): Promise<T> {
  let failure: unknown;
  for (let attempt = 0; ; attempt++) {
    check(failure);
    try {
      return await run();
    } catch (error) {
      if (!isRetryable(error)) throw error;
      failure = error;
      const asked = error instanceof ClientError ? error.retryAfterMs : undefined;
      const delay = retryDelay(attempt, asked, timing, random);
      await wakeup.wait(Math.max(0, Math.min(delay, leftMs())));
    }
  }
}
