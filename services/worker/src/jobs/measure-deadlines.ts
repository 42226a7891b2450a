import { prepareStatement, type Param, type RelayDatabase } from "@waiter/database";
import type { Metrics } from "@waiter/metrics";
import { sql } from "kysely";
import { kinds, ringWaitMs, since, waitOf, type DueParams } from "./claim-due-deadlines.ts";

type LookBack = Pick<DueParams, "lookBackMs">;

/** Most deadlines counted. */
const atMost = 10_000;

/** What a look for the next deadline found. */
export interface NextDue {
  /** Ms until the next deadline that no worker has claimed; undefined when there is none. */
  readonly inMs: number | undefined;
  /** How long the longest due deadline is due, a claimed one too, ms; 0 without one. */
  readonly overdueMs: number;
}

/** Looks for due deadlines, and for the next one. */
export async function readNextDue(
  db: RelayDatabase["db"],
  lookBackMs: number | undefined,
  waitMs = ringWaitMs,
): Promise<NextDue> {
  const [next] = await selectNextDue.run(db, { lookBackMs: lookBackMs ?? null, waitMs });
  return { inMs: next?.inMs ?? undefined, overdueMs: next?.overdueMs ?? 0 };
}

type Kind = (typeof kinds)[number];

const firstOf = (p: Param<DueParams>, kind: Kind) => sql`(
  select due_at + ${waitOf(p, kind)} from deadline where kind = ${sql.lit(kind)} and due_at >= ${since(p)}
    and (claimed_until is null or claimed_until < now())
  order by due_at limit 1)`;
const oldestOf = (p: Param<DueParams>, kind: Kind) => sql`(
  select due_at from deadline where kind = ${sql.lit(kind)} and due_at >= ${since(p)}
  order by due_at limit 1)`;

const selectNextDue = prepareStatement<
  DueParams,
  { inMs: number | null; overdueMs: number | null }
>(
  (p) => sql<{ inMs: number | null; overdueMs: number | null }>`
    select (1000 * extract(epoch from least(${sql.join(kinds.map((kind) => firstOf(p, kind)))})
        - clock_timestamp()))::float8 as "inMs",
      greatest(0, 1000 * extract(epoch from
        now() - least(${sql.join(kinds.map((kind) => oldestOf(p, kind)))})))::float8 as "overdueMs"`,
);

/** Sets the gauges of the queue `deadlines`: how many are overdue, and for how long the oldest. */
export async function measureDeadlines(
  db: RelayDatabase["db"],
  metrics: Pick<Metrics, "queueJobs" | "queueOldestJobSeconds">,
  lookBackMs: number | undefined,
): Promise<void> {
  const [measured] = await countOverdue.run(db, { lookBackMs: lookBackMs ?? null });
  metrics.queueJobs.set({ queue: "deadlines", state: "waiting" }, measured?.count ?? 0);
  metrics.queueOldestJobSeconds.set({ queue: "deadlines" }, measured?.oldest ?? 0);
}

const overdueOf = (p: Param<LookBack>, kind: string) => sql`(
  select due_at from deadline where kind = ${sql.lit(kind)} and due_at < now()
    and due_at >= ${since(p)}
  order by due_at limit ${sql.lit(atMost)})`;

const countOverdue = prepareStatement<LookBack, { count: number; oldest: number }>(
  (p) => sql<{ count: number; oldest: number }>`
    select count(*)::int as count,
      coalesce(extract(epoch from now() - min(due_at)), 0)::float8 as oldest
    from (${sql.join(
      kinds.map((kind) => overdueOf(p, kind)),
      sql` union all `,
    )}) as overdue`,
);
