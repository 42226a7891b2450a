import { currentTraceparent } from "@waiter/telemetry";
import { escalateRequest, expireRequest, type DeadlineResult } from "@waiter/requests";
import type { Context } from "../context.ts";

/**
 * A deadline of a request, as a job or the sweeper names it. `level` counts for an escalation only.
 */
export interface Deadline {
  readonly tenantId: string;
  readonly requestId: string;
  readonly kind: "escalation" | "expiry";
  readonly level: number;
  readonly traceparent?: string | undefined;
}

/**
 * Fires a deadline if Postgres says that it is due: then its event is published and the next level
 * scheduled.
 *
 * G5: may be called by any number of jobs and sweepers, any number of times; the transaction lets
 * one of them win. After a crash in between, the relay publishes the event and the sweeper finds
 * the next level.
 */
export async function fireDeadline(
  context: Pick<Context, "database" | "publisher" | "escalations">,
  deadline: Deadline,
): Promise<DeadlineResult> {
  const { tenantId, requestId, kind, level } = deadline;
  const traceparent = currentTraceparent() ?? deadline.traceparent;
  const input = { tenantId, requestId, traceparent };
  const result =
    kind === "escalation"
      ? await escalateRequest(context.database, { ...input, level })
      : await expireRequest(context.database, input);
  if (result.status === "done") context.publisher.publish(result.event);
  if (result.status !== "early" && result.next !== undefined) {
    const { level: nextLevel, inMs } = result.next;
    // Not awaited: the sweeper finds what is not scheduled.
    void context.escalations.schedule(
      { tenantId, requestId, level: nextLevel, ...(traceparent !== undefined && { traceparent }) },
      inMs,
    );
  }
  return result;
}
