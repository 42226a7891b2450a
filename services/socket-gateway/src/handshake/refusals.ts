import type { Refusal } from "@waiter/contracts";

/**
 * A time to retry within the range, in ms, random so that refused clients do not return at once.
 */
export const retryAfter = (low: number, high: number): number =>
  Math.round(low + Math.random() * (high - low));

export const overloaded = (): Refusal => ({
  code: "overloaded",
  retryAfterMs: retryAfter(5_000, 30_000),
});
