import { renewLease, tenantsWithDuty, type WorkerLease } from "@waiter/database";
import { dutyAtLongestMs, endOverdueDuty } from "@waiter/restaurant";
import type { Context } from "../context.ts";
import { logTenantFailure } from "./tenant-failure.ts";

/**
 * Ends duty whose time is over, until the signal. A tenant where it fails waits for the next round.
 * Resolves with false when the signal interrupted it.
 */
export async function endDuty(
  { database, publisher, logger }: Pick<Context, "database" | "publisher" | "logger">,
  lease: WorkerLease,
  signal: AbortSignal,
): Promise<boolean> {
  for await (const tenants of tenantsWithDuty(database.db, { atLongestMs: dutyAtLongestMs })) {
    for (const tenantId of tenants) {
      if (signal.aborted) return false;
      try {
        for (const event of await endOverdueDuty(database, tenantId)) publisher.publish(event);
      } catch (err) {
        logTenantFailure(logger, { tenant: tenantId, work: "end duty" }, err);
      }
    }
    await renewLease(database.db, lease);
  }
  return !signal.aborted;
}
