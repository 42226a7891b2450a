import type { Database } from "../database.ts";

/**
 * Sets for how many days a restaurant keeps its closed requests, 1 to 3650; undefined: as long as
 * the deployment does, which is the longest in any case. False when there is no such restaurant.
 */
export const setRequestRetention = (
  database: Database,
  tenantId: string,
  days: number | undefined,
): Promise<boolean> =>
  database.inTenant(tenantId, async (tx) => {
    const { numUpdatedRows } = await tx
      .updateTable("tenant")
      .set({ request_retention_days: days ?? null })
      .where("id", "=", tenantId)
      .where("deleted_at", "is", null)
      .executeTakeFirstOrThrow();
    return numUpdatedRows > 0n;
  });
