import type { Request } from "@waiter/contracts";

/** Highest level first, then the oldest. */
const byUrgency = (a: Request, b: Request): number =>
  b.level - a.level || a.createdAt.localeCompare(b.createdAt) || a.id.localeCompare(b.id);

/** What nobody has taken, and what somebody has; each with the most urgent first. */
export function sortCalls(requests: readonly Request[]): {
  readonly waiting: readonly Request[];
  readonly inHand: readonly Request[];
} {
  const sorted = requests.toSorted(byUrgency);
  return {
    waiting: sorted.filter(({ state }) => state === "new"),
    inHand: sorted.filter(({ state }) => state === "claimed"),
  };
}
