import { tenantsWithOldDeliveries, type WorkerLease } from "@waiter/database";
import { purgeDeliveries } from "@waiter/ledger";
import type { Context } from "../context.ts";
import { inPages } from "./in-pages.ts";

/** Rows of one transaction: short, because a purge shares the disk with requests. */
const page = 5_000;

/**
 * Deletes old rows of the ledger, page by page, until the signal; each page renews the lease. A
 * tenant where it fails waits for the next round. Resolves with false when the signal interrupted
 * it.
 */
export async function purgeOldDeliveries(
  context: Pick<Context, "database" | "logger" | "metrics" | "config">,
  lease: WorkerLease,
  signal: AbortSignal,
): Promise<boolean> {
  const { database, logger, config } = context;
  const olderThanMs = config.DELIVERY_RETENTION;
  let purged = 0;
  for await (const tenants of tenantsWithOldDeliveries(database.db, { olderThanMs }))
    for (const tenantId of tenants)
      purged += await inPages(
        { ...context, lease, signal },
        {
          tenantId,
          what: "delete old deliveries",
          page,
          work: (tx, { atMost }) => purgeDeliveries(tx, { olderThanMs, atMost }),
        },
      );
  if (purged > 0) logger.info("worker deleted old deliveries", { purged });
  return !signal.aborted;
}
