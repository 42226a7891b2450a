import type { Request } from "@waiter/contracts";

export type Group = "mine" | "waiting" | "others";
export const groups: readonly Group[] = ["mine", "waiting", "others"];

/** Highest level first, then the oldest. */
const byUrgency = (a: Request, b: Request): number =>
  b.level - a.level || a.createdAt.localeCompare(b.createdAt) || a.id.localeCompare(b.id);

/** Whose turn it is: this member's, any member's, a colleague's. */
export function groupOf({ state, claimedBy }: Request, me: string | undefined): Group {
  if (state === "new") return "waiting";
  return claimedBy?.id === me ? "mine" : "others";
}

/** One's own first, then what waits, then what colleagues have; each with the most urgent first. */
export function arrangeRequests(
  requests: readonly Request[],
  me: string | undefined,
): readonly Request[] {
  const place = (request: Request) => groups.indexOf(groupOf(request, me));
  return [...requests].sort((a, b) => place(a) - place(b) || byUrgency(a, b));
}

/** Without a time of the restaurant's own, a request counts as late after two minutes. */
const lateAfterMs = 120_000;

/** How much of the time until it counts as late is used up: 1 and more is late. */
export function urgencyOf(request: Request, now: number): number {
  const created = Date.parse(request.createdAt);
  const lateAt = (request as { lateAt?: string }).lateAt;
  const span = lateAt === undefined ? lateAfterMs : Date.parse(lateAt) - created;
  return Math.max(0, now - created) / Math.max(1_000, span);
}
