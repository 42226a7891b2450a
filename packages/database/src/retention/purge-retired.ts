import { sql } from "kysely";
import type { Database } from "../database.ts";

/**
 * Deletes codes that were retired a day ago, and slugs that were retired ten years ago, of all
 * restaurants: at most `atMost` of each. Returns how many.
 */
export async function purgeRetired(
  db: Database["db"],
  { atMost }: { readonly atMost: number },
): Promise<number> {
  const { rows } = await sql<{
    purged: number;
  }>`select purge_retired(${atMost}::integer) as purged`.execute(db);
  return rows[0]?.purged ?? 0;
}
