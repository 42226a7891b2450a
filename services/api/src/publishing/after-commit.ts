import type { CommittedEvent, EscalationJob } from "@waiter/contracts";
import type { Logger } from "@waiter/logger";
import type { NextEscalation, NextRing } from "@waiter/requests";

/** Effects of a committed change. */
export interface CommitEffects {
  readonly request?: { readonly id: string };
  readonly event?: CommittedEvent;
  readonly escalation?: NextEscalation;
  readonly ring?: NextRing;
}
export interface AfterCommitDeps {
  /** Queues the event; never throws, never blocks. */
  readonly publish: (event: CommittedEvent) => void;
  readonly schedule: (job: EscalationJob, delayMs: number) => Promise<unknown>;
  /** For tests: runs between COMMIT and publish. */
  readonly fault: () => void;
  readonly traceparent: () => string | undefined;
  readonly logger: Logger;
}
export type AfterCommit = (tenantId: string, effects: CommitEffects) => void;

/**
 * Starts the effects of a COMMIT and waits for none. No guarantee needs them: the relay publishes
 * leftover events, the sweeper schedules leftover levels. No cache is invalidated: a board is
 * served only at the tenant's true position, which an event moves.
 */
export function createAfterCommit({
  publish,
  schedule,
  fault,
  traceparent,
  logger,
}: AfterCommitDeps): AfterCommit {
  return (tenantId, { request, event, escalation, ring }) => {
    if (event === undefined) return;
    fault();
    publish(event);
    if (request === undefined) return;
    const trace = traceparent();
    const add = (level: number, delayMs: number, round?: number): void => {
      const job: EscalationJob = {
        tenantId,
        requestId: request.id,
        level,
        ...(round !== undefined && { ring: round }),
        ...(trace === undefined ? {} : { traceparent: trace }),
      };
      schedule(job, delayMs).catch((error: unknown) => {
        logger.debug("api could not schedule an escalation; the sweeper will", { err: error });
      });
    };
    // The level of a ring's job is the next one: a release before rings takes it for an early one.
    if (ring !== undefined) add(ring.level + 1, 0, ring.round);
    if (escalation !== undefined) add(escalation.level, escalation.inMs);
  };
}
