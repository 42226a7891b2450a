import type { GuestRequest } from "@waiter/contracts";
import { texts } from "../texts.ts";

export interface CallStatus {
  readonly text: string;
  readonly detail: string;
  /** How many of the four steps sent, saved, seen, claimed are behind it; 0 is not sent. */
  readonly step: 0 | 2 | 3 | 4;
  readonly tone: "wait" | "good" | "closed" | "warn";
}

/** What a guest is told about a request; each state that differs for them reads differently. */
export function statusOf(request: GuestRequest, staffOnline: boolean | null): CallStatus {
  const { status, detail } = texts.guest;
  switch (request.state) {
    case "new": {
      const escalated = request.level > 0;
      if (request.seenAt !== undefined)
        return {
          text: status.seen,
          detail: escalated ? detail.escalated : detail.seen,
          step: 3,
          tone: "wait",
        };
      if (staffOnline === false)
        return { text: status.saved, detail: detail.savedNobody, step: 2, tone: "warn" };
      return {
        text: status.saved,
        detail: escalated ? detail.escalated : detail.saved,
        step: 2,
        tone: "wait",
      };
    }
    case "claimed":
      return {
        text:
          request.claimedBy === undefined
            ? status.claimedBySomebody
            : status.claimed(request.claimedBy.name),
        detail: detail.claimed,
        step: 4,
        tone: "good",
      };
    case "completed":
    case "cancelled":
    case "dismissed":
    case "expired":
      return {
        text: status[request.state],
        detail: detail[request.state],
        step: 4,
        tone: "closed",
      };
  }
}

export const unsentStatus: CallStatus = {
  text: texts.guest.status.unsent,
  detail: texts.guest.detail.unsent,
  step: 0,
  tone: "warn",
};
