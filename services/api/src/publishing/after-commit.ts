import type { CommittedEvent, EscalationJob } from "@waiter/contracts";
import type { Logger } from "@waiter/logger";
import type { NextEscalation } from "@waiter/requests";

/** What a committed change leaves to be done. */
export interface Aftermath {
  readonly request?: { readonly id: string };
  readonly event?: CommittedEvent;
  readonly escalation?: NextEscalation;
}
export interface AfterCommitDeps {
  /** Queues the event; never throws, never blocks. */
  readonly publish: (event: CommittedEvent) => void;
  readonly schedule: (job: EscalationJob, delayMs: number) => Promise<unknown>;
  /** Of tests: what happens between COMMIT and publish. */
  readonly fault: () => void;
  readonly traceparent: () => string | undefined;
  readonly logger: Logger;
}
export type AfterCommit = (tenantId: string, aftermath: Aftermath) => void;

/**
 * Sets going what follows a COMMIT. None of it is waited for and none of it is needed for the guarantees: an event not
 * published is the relay's, a level not scheduled is the sweeper's. No cache is told: a board is served only at the tenant's
 * true position, which an event has moved.
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
      logger.debug("an escalation was left to the sweeper", { err: error });
    });
  };
}
