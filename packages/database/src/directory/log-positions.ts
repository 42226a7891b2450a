import { sql, type Kysely } from "kysely";

type Db = Pick<Kysely<unknown>, "getExecutor">;

/** Answer of {@link changedTenants}. */
export interface ChangedTenants {
  /** Positions that were read in another line say nothing. */
  readonly line: string;
  /** Nothing that commits later lies at or below this position. */
  readonly safe: number;
  /** Postgres' clock, ms since the epoch. */
  readonly now: number;
  /** Where the next page begins; absent on the last one. */
  readonly reached: number | undefined;
  readonly tenants: readonly string[];
}

export interface ChangedSearch {
  /** Position after which events count. */
  readonly after: number;
  /** Time after which ended tokens, suspensions and new epochs count, ms since the epoch. */
  readonly endedAfter: number;
  /** Events looked at by one statement, about. */
  readonly atMost: number;
}

/**
 * The tenants with a committed event after a position, by index: one page. Events of transactions
 * that are still running lie above `safe`, whenever they began. A reader that goes on from `safe`
 * gets some tenants twice and misses none.
 */
export async function changedTenants(
  db: Db,
  { after, endedAfter, atMost }: ChangedSearch,
): Promise<ChangedTenants> {
  const { rows } = await sql<ChangedTenants & { reached: number | null }>`
    select line, safe, extract(epoch from now())::float8 * 1000 as now, reached, tenants
    from event_log_state(), changed_tenants(${after}::bigint,
      to_timestamp(${endedAfter / 1_000}::float8), ${atMost}::integer)`.execute(db);
  const [row] = rows;
  if (row === undefined) throw new Error("the log has no base");
  return { ...row, reached: row.reached ?? undefined };
}

/**
 * Moves the base of all positions above every position that was given, where transaction ids began
 * again (a dump restored into another server) or `always`. Resolves with whether it did. Waits up
 * to 2 s for transactions that append events, then throws.
 */
export async function rebaseEventLog(
  db: Db,
  { always = false }: { readonly always?: boolean } = {},
): Promise<boolean> {
  const { rows } = await sql<{ rebased: boolean }>`
    select rebase_event_log(${always}::boolean) as rebased`.execute(db);
  return rows[0]?.rebased === true;
}
