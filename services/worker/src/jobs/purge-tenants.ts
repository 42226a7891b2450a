import { eachTenant, type TenantTransaction } from "@waiter/database";
import type { Context } from "../context.ts";

/** Rows of one transaction: short, because it holds up no one but takes a share of the disk. */
const page = 5_000;

/** Deletes up to `atMost` rows of one tenant; returns how many it found. */
export type Purge = (tx: TenantTransaction, page: { readonly atMost: number }) => Promise<number>;

/**
 * Deletes what is too old, tenant by tenant and page by page, until the signal; returns how many
 * rows. A tenant where it fails is left for the next round, and the others have theirs.
 */
export async function purgeTenants(
  { database, logger }: Pick<Context, "database" | "logger">,
  {
    what,
    purge,
    signal,
  }: { readonly what: string; readonly purge: Purge; readonly signal: AbortSignal },
): Promise<number> {
  let purged = 0;
  for await (const tenantId of eachTenant(database)) {
    if (signal.aborted) break;
    try {
      for (let count = page; count === page && !signal.aborted; purged += count)
        count = await database.inTenant(tenantId, (tx) => purge(tx, { atMost: page }));
    } catch (err) {
      logger.warn("worker could not delete old rows of a tenant", { what, tenant: tenantId, err });
    }
  }
  if (purged > 0) logger.info("deleted old rows", { what, rows: purged });
  return purged;
}
