import type { CommittedEvent, EscalationJob } from "@waiter/contracts";
import type { Logger } from "@waiter/logger";
import type { NextEscalation } from "@waiter/requests";

/** Effects of a committed change. */
export interface CommitEffects {
  readonly request?: { readonly id: string };
  readonly event?: CommittedEvent;
  readonly escalation?: NextEscalation;
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
  return (tenantId, { request, event, escalation }) => {
    if (event === undefined) return;
    fault();
    publish(event);
    if (escalation === undefined || request === undefined) return;
    const trace = traceparent();
    const job: EscalationJob = {
      tenantId,
      requestId: request.id,
      level: escalation.level,
      ...(trace === undefined ? {} : { traceparent: trace }),
    };
    schedule(job, escalation.inMs).catch((error: unknown) => {
      logger.debug("api could not schedule an escalation; the sweeper will", { err: error });
    });
  };
}
