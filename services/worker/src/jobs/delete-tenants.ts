import { deletedTenants, deleteTenantPage, renewLease, type WorkerLease } from "@waiter/database";
import type { Context } from "../context.ts";
import { noteTenantFailure } from "./work-failures.ts";

/** Rows of one transaction. */
const page = 5_000;
/** Progress is logged each time this many more rows are gone. */
const progressRows = 100_000;

/**
 * Deletes the rows of tenants that are marked as deleted, page by page, until the signal. Each page
 * is a transaction that renews the lease, so that another worker continues where this one stopped.
 * Resolves with false when the signal interrupted it, or a tenant failed: its next try waits for
 * the end of the lease.
 */
export async function deleteTenants(
  context: Pick<Context, "database" | "logger" | "metrics">,
  lease: WorkerLease,
  signal: AbortSignal,
): Promise<boolean> {
  let isDone = true;
  for (const tenant of await deletedTenants(context.database.db))
    try {
      if (!(await deleteTenant(context, tenant, { lease, signal }))) return false;
    } catch (err) {
      noteTenantFailure(context, { tenant, work: "delete", lease }, err);
      isDone = false;
    }
  return isDone;
}

/** False when the signal interrupted it. */
async function deleteTenant(
  { database, logger }: Pick<Context, "database" | "logger">,
  tenant: string,
  { lease, signal }: { readonly lease: WorkerLease; readonly signal: AbortSignal },
): Promise<boolean> {
  let rows = 0;
  for (let count = -1; count !== 0; rows += count) {
    if (signal.aborted) return false;
    count = await database.inTenant(tenant, async (tx) => {
      await renewLease(tx, lease);
      return await deleteTenantPage(tx, { atMost: page });
    });
    if (Math.floor((rows + count) / progressRows) > Math.floor(rows / progressRows))
      logger.info("worker is deleting a tenant", { tenant, rows: rows + count });
  }
  logger.info("worker deleted a tenant", { tenant, rows });
  return true;
}
