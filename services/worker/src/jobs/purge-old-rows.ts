import {
  purgeEvents,
  purgeRetired,
  purgeStaffSessions,
  renewLease,
  tenantsToPurge,
  type TenantsToPurge,
  type WorkerLease,
} from "@waiter/database";
import { purgeAnswers } from "@waiter/requests";
import type { Context } from "../context.ts";
import { inPages, type Pages } from "./in-pages.ts";

/** Rows of one transaction: short, because a purge shares the disk with requests. */
const page = 5_000;

/**
 * Deletes old answers, events, sessions, retired codes and slugs, page by page, until the signal.
 * Only tenants that have old rows cost a transaction. Each page renews the lease. A tenant where it
 * fails waits for the next round. Resolves with false when the signal interrupted it.
 */
export async function purgeOldRows(
  context: Pick<Context, "database" | "logger" | "metrics" | "config">,
  lease: WorkerLease,
  signal: AbortSignal,
): Promise<boolean> {
  const olderThanMs = context.config.EVENT_RETENTION;
  const purges: Readonly<Record<keyof TenantsToPurge, Pages["work"]>> = {
    answers: purgeAnswers,
    events: (tx, { atMost }) => purgeEvents(tx, { olderThanMs, atMost }),
    sessions: purgeStaffSessions,
  };
  const purged = { answers: 0, events: 0, sessions: 0, retired: 0 };
  for await (const due of tenantsToPurge(context.database.db, { eventsOlderThanMs: olderThanMs }))
    for (const what of ["answers", "events", "sessions"] as const)
      for (const tenantId of due[what]) {
        if (signal.aborted) return false;
        purged[what] += await inPages(
          { ...context, lease, signal },
          { tenantId, what: `delete old ${what}`, page, work: purges[what] },
        );
      }
  for (let count = page; count >= page && !signal.aborted; purged.retired += count) {
    await renewLease(context.database.db, lease);
    count = await purgeRetired(context.database.db, { atMost: page });
  }
  if (Object.values(purged).some((count) => count > 0))
    context.logger.info("worker deleted old rows", purged);
  return !signal.aborted;
}
