import { sql } from "kysely";
import { interval } from "../interval.ts";
import type { TenantTransaction } from "../transactions/tenant-transaction.ts";

export interface EventRetention {
  /** Events younger than this are kept, ms. The database always keeps at least one day. */
  readonly olderThanMs: number;
  /** Most rows to delete. */
  readonly atMost: number;
}

/**
 * Deletes the tenant's oldest events; returns how many. The remaining events have no gap and reach
 * the head, so a reader from before them gets `reset`. The application role may not delete events:
 * a function of the owner does.
 */
export async function purgeEvents(
  tx: TenantTransaction,
  { olderThanMs, atMost }: EventRetention,
): Promise<number> {
  const { rows } = await sql<{ purged: number }>`
    select purge_events(${interval(olderThanMs)}, ${atMost}::integer) as purged`.execute(tx);
  return rows[0]?.purged ?? 0;
}
