import type { RelayDatabase } from "@waiter/database";
import type { Metrics } from "@waiter/metrics";
import { sql } from "kysely";
import { kinds, since } from "./claim-due-deadlines.ts";

/** Most deadlines counted. */
const atMost = 10_000;

/** Ms until the next deadline that no worker has claimed; undefined when there is none. */
export async function readNextDue(
  db: RelayDatabase["db"],
  lookBackMs: number | undefined,
): Promise<number | undefined> {
  const firsts = kinds.map(
    (kind) => sql`(
      select due_at from deadline where kind = ${sql.lit(kind)} and due_at >= ${since(lookBackMs)}
        and (claimed_until is null or claimed_until < now())
      order by due_at limit 1)`,
  );
  const { rows } = await sql<{ inMs: number | null }>`
    select (1000 * extract(epoch from least(${sql.join(firsts)}) - clock_timestamp()))::float8
      as "inMs"`.execute(db);
  return rows[0]?.inMs ?? undefined;
}

/** Sets the gauges of the queue `deadlines`: how many are overdue, and for how long the oldest. */
export async function measureDeadlines(
  db: RelayDatabase["db"],
  metrics: Pick<Metrics, "queueJobs" | "queueOldestJobSeconds">,
  lookBackMs: number | undefined,
): Promise<void> {
  const overdue = kinds.map(
    (kind) => sql`(
      select due_at from deadline where kind = ${sql.lit(kind)} and due_at < now()
        and due_at >= ${since(lookBackMs)}
      order by due_at limit ${atMost}::integer)`,
  );
  const { rows } = await sql<{ count: number; oldest: number }>`
    select count(*)::int as count,
      coalesce(extract(epoch from now() - min(due_at)), 0)::float8 as oldest
    from (${sql.join(overdue, sql` union all `)}) as overdue`.execute(db);
  metrics.queueJobs.set({ queue: "deadlines", state: "waiting" }, rows[0]?.count ?? 0);
  metrics.queueOldestJobSeconds.set({ queue: "deadlines" }, rows[0]?.oldest ?? 0);
}
