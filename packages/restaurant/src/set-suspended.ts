import type { Database } from "@waiter/database";
import { endTenantDeliveries, requestRings } from "@waiter/ledger";
import { sql } from "kysely";

/**
 * Suspends a restaurant, or resumes it: it keeps everything, is served nothing, and rings no
 * person; its deliveries that are still due end as `superseded`. Once resumed, its waiting requests
 * ring the people of their present step whom that step has not rung.
 * False when it is in that state already, or does not exist.
 */
export const setSuspended = (
  database: Database,
  tenantId: string,
  suspended: boolean,
): Promise<boolean> =>
  database.inTenant(tenantId, async (tx) => {
    const { numUpdatedRows } = await tx
      .updateTable("tenant")
      .set({ suspended_at: suspended ? sql<Date>`now()` : null })
      .where("id", "=", tenantId)
      .where("deleted_at", "is", null)
      .where("suspended_at", suspended ? "is" : "is not", null)
      .executeTakeFirstOrThrow();
    if (numUpdatedRows === 0n) return false;
    if (suspended) await endTenantDeliveries(tx);
    else await requestRings(tx);
    return true;
  });
