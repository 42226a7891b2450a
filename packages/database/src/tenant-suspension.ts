import { sql } from "kysely";
import type { Database } from "./database.ts";

/**
 * Suspends a restaurant, or resumes it: it keeps everything and is served nothing. False when it is
 * in that state already, or does not exist.
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
    return numUpdatedRows > 0n;
  });
