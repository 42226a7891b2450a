import type { CommittedEvent } from "@waiter/contracts";
import type { NextEscalation, NextRing } from "@waiter/requests";
import type { ReplaceNotifications } from "./create-queues.ts";

/** Effects of a committed change. */
export interface CommitEffects {
  readonly event?: CommittedEvent;
  readonly request?: { readonly id: string; readonly state: string };
  readonly escalation?: NextEscalation;
  readonly ring?: NextRing;
  /** A change of people, tables or duty: it may have asked for rings. */
  readonly mayRing?: true;
}
export interface AfterCommitDeps {
  /** Queues the event; never throws, never blocks. */
  readonly publish: (event: CommittedEvent) => void;
  /** Announces to the workers that deadlines were written; never throws, never blocks. */
  readonly announceDeadlines: () => void;
  readonly replaceNotifications: ReplaceNotifications;
  /** For tests: runs between COMMIT and publish. */
  readonly fault: () => void;
}
/** States that make a request's notifications untrue. */
const noLongerWaits: ReadonlySet<string> = new Set(["claimed", "cancelled", "dismissed"]);
export type AfterCommit = (effects: CommitEffects) => void;

/**
 * Starts the effects of a COMMIT and waits for none. No guarantee needs them: the relay publishes
 * leftover events, the workers find due deadlines themselves. No cache is invalidated: a board is
 * served only at the tenant's true position, which an event moves.
 */
export function createAfterCommit({
  publish,
  announceDeadlines,
  replaceNotifications,
  fault,
}: AfterCommitDeps): AfterCommit {
  return ({ event, request, escalation, ring, mayRing }) => {
    if (event === undefined) return;
    fault();
    publish(event);
    if (ring !== undefined || escalation !== undefined || mayRing === true) announceDeadlines();
    if (request !== undefined && noLongerWaits.has(request.state))
      replaceNotifications(event.tenantId, {
        requestId: request.id,
        isOver: request.state !== "claimed",
      });
  };
}
