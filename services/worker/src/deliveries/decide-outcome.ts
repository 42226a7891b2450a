import type { DeliveryOutcome } from "@waiter/ledger";
import type { SendResult } from "./send-result.ts";

export type NextTry = Extract<SendResult, { outcome: "later" | "retry" }>;

/**
 * Whether the calls that failed are worth another try within `leftMs`, and which pause the slowest
 * of them asks for. Undefined: the row ends now.
 */
export function findNextTry(results: readonly SendResult[], leftMs: number): NextTry | undefined {
  const later = results
    .filter((result) => result.outcome === "later")
    .sort((a, b) => b.inMs - a.inMs)[0];
  if (later !== undefined) return later.inMs < leftMs ? later : undefined;
  return results.find((result): result is NextTry => result.outcome === "retry");
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
