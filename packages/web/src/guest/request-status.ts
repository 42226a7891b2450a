import type { GuestRequest } from "@waiter/contracts";
import type { GuestMessages } from "../i18n/messages.ts";

export interface RequestStatus {
  readonly text: string;
  readonly detail: string;
  /** How many of the four steps sent, with the team, seen, a waiter coming are behind it. */
  readonly step: 0 | 2 | 3 | 4;
  readonly tone: "wait" | "good" | "closed" | "warn";
}

export interface StatusContext {
  readonly texts: GuestMessages;
  readonly isolate: (text: string) => string;
  /** Whether a staff screen is connected; null while that cannot be known. */
  readonly staffOnline: boolean | null;
}

export const isOpen = ({ state }: Pick<GuestRequest, "state">): boolean =>
  state === "new" || state === "claimed";

/** What a guest reads about a request; each state that differs for them reads differently. */
export function statusOf(
  request: GuestRequest,
  { texts: { guest }, isolate, staffOnline }: StatusContext,
): RequestStatus {
  const { status, detail } = guest;
  if (request.state === "claimed")
    return {
      text:
        request.claimedBy === undefined
          ? status.claimedBySomebody
          : status.claimed(isolate(request.claimedBy.name)),
      detail: detail.claimed,
      step: 4,
      tone: "good",
    };
  if (request.state !== "new")
    return {
      text: status[request.state],
      detail: detail[request.state],
      step: 4,
      tone: "closed",
    };
  const isNobodyThere = staffOnline === false || request.reach === "none";
  // A reminder reaches a screen only where one is connected.
  const reminded = request.level > 0 && !isNobodyThere ? detail.escalated : undefined;
  if (request.seenAt !== undefined)
    return {
      text: status.seen,
      detail: reminded ?? (isNobodyThere ? detail.savedNobody : detail.seen),
      step: 3,
      tone: isNobodyThere ? "warn" : "wait",
    };
  return {
    text: status.saved,
    detail: isNobodyThere ? detail.savedNobody : (reminded ?? detail.saved),
    step: 2,
    tone: isNobodyThere ? "warn" : "wait",
  };
}

/** A request that the server does not have yet: for two seconds that is usual. */
export const unsentStatus = (ageMs: number, { guest }: GuestMessages): RequestStatus =>
  ageMs < 2_000
    ? { text: guest.status.sending, detail: guest.detail.sending, step: 0, tone: "wait" }
    : { text: guest.status.unsent, detail: guest.detail.unsent, step: 0, tone: "warn" };
