import { isOutage, LeaseLostError, type WorkerLease } from "@waiter/database";
import type { Context } from "../context.ts";

/** Jobs that one worker at a time does for all restaurants; values of the metric's label. */
export const jobs = [
  "keep log",
  "purge old rows",
  "purge deliveries",
  "move closed requests",
  "erase old requests",
  "end duty",
  "delete tenants",
] as const;

interface TenantFailure {
  readonly tenant: string;
  /** What failed, for the log line. */
  readonly work: string;
  readonly lease: Pick<WorkerLease, "name">;
}

/**
 * Logs and counts that a job failed for one tenant: others go on, and the next round tries this one
 * again. Rethrows what ends the round: a lost lease, or a database that is away.
 */
export function noteTenantFailure(
  { logger, metrics }: Pick<Context, "logger" | "metrics">,
  { tenant, work, lease }: TenantFailure,
  err: unknown,
): void {
  if (err instanceof LeaseLostError || isOutage(err)) throw err;
  logger.warn("worker could not do its work for a tenant", { work, tenant, err });
  metrics.workFailures.inc({ work: lease.name });
}

/** Counts a round that ended with an error. An outage of Postgres has an alert of its own. */
export function noteRoundFailure(
  { metrics }: Pick<Context, "metrics">,
  job: (typeof jobs)[number],
  err: unknown,
): void {
  if (!isOutage(err)) metrics.workFailures.inc({ work: job });
}
