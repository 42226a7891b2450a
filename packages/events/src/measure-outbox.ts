import { sql } from "kysely";
import type { RelayQueries } from "./lease-outbox.ts";

export interface OutboxSize {
  /** Waiting rows; at most {@link countLimit} per kind (never leased, leased before). */
  readonly count: number;
  /** Age of the oldest waiting row, s. */
  readonly oldestSeconds: number;
}

/** Most rows that are counted: the alert needs "many", not the exact number. */
export const countLimit = 10_000;

/**
 * The number of waiting rows and the age of the oldest, by index. Like the relay it leaves out rows
 * that became due more than `lookBackMs` before now, so that an open snapshot costs nothing.
 */
export async function measureOutbox(db: RelayQueries, lookBackMs?: number): Promise<OutboxSize> {
  const since =
    lookBackMs === undefined
      ? sql`'-infinity'::timestamptz`
      : sql`now() - make_interval(secs => ${lookBackMs / 1_000}::float8)`;
  const { rows } = await sql<OutboxSize>`
    with waiting as (
      select created_at from outbox where leased_until is null and created_at >= ${since}
      order by created_at limit ${countLimit}
    ), leased as (
      select created_at from outbox where leased_until is not null and leased_until >= ${since}
      order by leased_until limit ${countLimit}
    )
    select count(*) as count,
      coalesce(greatest(0, extract(epoch from now() - min(created_at))), 0)::float8 as "oldestSeconds"
    from (select * from waiting union all select * from leased) unpublished`.execute(db);
  return rows[0] ?? { count: 0, oldestSeconds: 0 };
}
