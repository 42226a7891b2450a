import type { DeliveryOutcome } from "@waiter/ledger";
import type { SendResult } from "./send-result.ts";

/** When a row is tried again, and whether the try that was made counts. */
export interface NextTry {
  readonly inMs: number;
  readonly counts: boolean;
  readonly reason: string;
}

export interface TryLimits {
  /** Until the row's step is over, ms. */
  readonly leftMs: number;
  /** The row's tries so far, this one included, and how many it has. */
  readonly tries: number;
  readonly atMost: number;
}

/** The pause after a first try that failed, ms; each further one doubles it. */
const firstPauseMs = 1_000;

/** Spread over its second half, so that what failed together is not sent together. */
const pauseAfter = (tries: number): number =>
  firstPauseMs * 2 ** (tries - 1) * (0.5 + Math.random() / 2);

/**
 * Whether the calls that failed are worth another try, and which pause the slowest of them asks
 * for; an answer that names its pause costs no try. Undefined: the row ends now.
 */
export function findNextTry(
  results: readonly SendResult[],
  { leftMs, tries, atMost }: TryLimits,
): NextTry | undefined {
  const later = results
    .filter((result) => result.outcome === "later")
    .sort((a, b) => b.inMs - a.inMs)[0];
  if (later !== undefined) return later.inMs < leftMs ? { ...later, counts: false } : undefined;
  const failed = results.find((result) => result.outcome === "retry");
  if (failed?.outcome !== "retry" || tries >= atMost) return undefined;
  const inMs = pauseAfter(tries);
  return inMs < leftMs ? { inMs, counts: true, reason: failed.reason } : undefined;
}

/** What became of a row: `sent` as soon as one device or channel took the message. */
export function decideOutcome(
  results: readonly SendResult[],
  { hasAccepted }: { readonly hasAccepted: boolean },
): DeliveryOutcome {
  if (hasAccepted || results.some(({ outcome }) => outcome === "accepted"))
    return { state: "sent" };
  const failure = results.find((result) => result.outcome !== "accepted");
  return { state: "failed", reason: failure?.reason ?? "internal" };
}
