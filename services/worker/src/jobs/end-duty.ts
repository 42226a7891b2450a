import { renewLease, tenantsWithDuty, type WorkerLease } from "@waiter/database";
import { dutyAtLongestMs, endOverdueDuty } from "@waiter/restaurant";
import type { Context } from "../context.ts";
import { noteTenantFailure } from "./work-failures.ts";

/**
 * Ends duty whose time is over, until the signal. The lease is renewed before each tenant. A tenant
 * where it fails waits for the next round. Resolves with false when the signal interrupted it.
 */
export async function endDuty(
  context: Pick<Context, "database" | "publisher" | "logger" | "metrics">,
  lease: WorkerLease,
  signal: AbortSignal,
): Promise<boolean> {
  const { database, publisher } = context;
  for await (const tenants of tenantsWithDuty(database.db, { atLongestMs: dutyAtLongestMs })) {
    for (const tenantId of tenants) {
      if (signal.aborted) return false;
      await renewLease(database.db, lease);
      try {
        for (const event of await endOverdueDuty(database, tenantId)) publisher.publish(event);
      } catch (err) {
        noteTenantFailure(context, { tenant: tenantId, work: "end duty", lease }, err);
      }
    }
  }
  return !signal.aborted;
}
