import { sql } from "kysely";
import type { TenantTransaction } from "./tenant-transaction.ts";

export interface EventRetention {
  /** Events younger than this are kept, ms. The database keeps a day in any case. */
  readonly olderThanMs: number;
  /** Rows deleted at most. */
  readonly atMost: number;
}

/**
 * Deletes the tenant's oldest events; returns how many. What is left is without gaps and reaches to the head, so a reader
 * from before it is told to reset. The application role may not delete events: the database's own function does.
 */
export async function purgeEvents(
  tx: TenantTransaction,
  { olderThanMs, atMost }: EventRetention,
): Promise<number> {
  const { rows } = await sql<{ purged: number }>`
    select purge_events(make_interval(secs => ${olderThanMs / 1_000}::float8), ${atMost}::integer) as purged`.execute(
    tx,
  );
  return rows[0]?.purged ?? 0;
}
