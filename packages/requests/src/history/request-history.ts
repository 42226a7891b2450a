import { interval, type Database, type TenantTransaction } from "@waiter/database";
import { sql, type RawBuilder } from "kysely";

export interface HistoryPage {
  readonly atMost: number;
}
const before = (ms: number) => sql`now() - ${interval(ms)}`;

/**
 * Moves up to `atMost` requests that were closed an hour ago or earlier to the history, the oldest
 * first, and makes the partitions that they need; returns how many. Rows that another worker moves
 * are skipped.
 */
export async function moveClosedRequests(
  tx: TenantTransaction,
  { atMost }: HistoryPage,
): Promise<number> {
  const closed = sql`from request where tenant_id = ${tx.tenantId}
    and closed_at < now() - interval '1 hour' order by created_at limit ${atMost}`;
  // A month that a release before made may begin up to 14 h off UTC's.
  await sql`select ensure_request_history(month) from (
    select distinct date_trunc('month', (created_at + off) at time zone 'UTC')::date as month
    from (select created_at ${closed}) closed,
      unnest('{-14:00,14:00}'::interval[]) off) months`.execute(tx);
  const columns = sql.raw(movedColumns.join(", "));
  const { numAffectedRows } = await sql`
    with moved as (
      delete from request where tenant_id = ${tx.tenantId} and ctid = any (array(
        select ctid ${closed} for update skip locked))
      returning ${columns}
    )
    insert into request_history (${columns}) select ${columns} from moved`.execute(tx);
  return Number(numAffectedRows ?? 0n);
}

/** Columns that the history keeps: all but those of open requests and of the 30 s of undo. */
export const movedColumns = [
  "tenant_id",
  "id",
  "table_id",
  "type",
  "state",
  "level",
  "version",
  "note",
  "payment",
  "guest_session",
  "created_by",
  "created_at",
  "updated_at",
  "seen_at",
  "claimed_by",
  "claimed_at",
  "claimed_on",
  "closed_at",
  "reason",
  "round",
  "policy",
  "late_at",
  "unreached_at",
] as const;

type OldTable = "request_history" | "request";

/**
 * The first `atMost` rows of those in creation order: the CTEs that find them, and their condition.
 * By the bounds of the page: a join with it would read all rows of the restaurant.
 */
const pageOf = (table: OldTable, those: RawBuilder<unknown>, atMost: number) => ({
  ctes: sql`page as (
      select created_at, id from ${sql.table(table)} where ${those}
      order by created_at, id limit ${atMost}
    ), last as (select created_at, id from page order by created_at desc, id desc limit 1)`,
  within: sql`${those} and created_at >= (select min(created_at) from page)
    and created_at <= (select created_at from last)
    and (created_at, id) <= (select created_at, id from last)`,
});

/**
 * Erases notes and guest sessions of up to `atMost` closed requests older than that; returns how
 * many. The requests stay, so that counts do.
 */
export async function eraseOldNotes(
  tx: TenantTransaction,
  { olderThanMs, atMost }: HistoryPage & { readonly olderThanMs: number },
): Promise<number> {
  let erased = 0;
  for (const table of ["request_history", "request"] as const) {
    // What an undo would restore names its author.
    const [more, orMore] =
      table === "request" ? [sql`, undo = null`, sql`or undo is not null`] : [sql``, sql``];
    const personal = sql`tenant_id = ${tx.tenantId} and created_at < ${before(olderThanMs)}
      and closed_at is not null and (note is not null or guest_session is not null ${orMore})`;
    const { ctes, within } = pageOf(table, personal, atMost - erased);
    const { numAffectedRows } = await sql`
      with ${ctes}
      update ${sql.table(table)} set note = null, guest_session = null ${more}
      where ${within}`.execute(tx);
    erased += Number(numAffectedRows ?? 0n);
    if (erased === atMost) break;
  }
  return erased;
}

/**
 * Deletes up to `atMost` closed requests created before that, or before the restaurant's own
 * retention where it is shorter, and their rows of the ledger; returns how many requests.
 */
export async function purgeRequests(
  tx: TenantTransaction,
  { olderThanMs, atMost }: HistoryPage & { readonly olderThanMs: number },
): Promise<number> {
  let purged = 0;
  for (const table of ["request_history", "request"] as const) {
    const old = sql`tenant_id = ${tx.tenantId} and closed_at is not null
      and created_at < greatest(${before(olderThanMs)}, (
        select now() - make_interval(days => request_retention_days) from tenant
        where tenant.id = ${tx.tenantId}))`;
    const { ctes, within } = pageOf(table, old, atMost - purged);
    const { rows } = await sql<{ count: number }>`
      with ${ctes}, purged as (
        delete from ${sql.table(table)} where ${within} returning id
      ), forgotten as (
        delete from delivery using purged
        where delivery.tenant_id = ${tx.tenantId} and delivery.request_id = purged.id
      )
      select count(*)::integer as count from purged`.execute(tx);
    purged += rows[0]?.count ?? 0;
    if (purged === atMost) break;
  }
  return purged;
}

/** Makes the partitions of this month and the next ones, where they are missing. */
export async function makeHistory(
  db: Database["db"],
  { monthsAhead }: { readonly monthsAhead: number },
): Promise<void> {
  await sql`select ensure_request_history((now() + make_interval(months => month))::date)
    from generate_series(0, ${monthsAhead}::integer) as month`.execute(db);
}

/**
 * Drops the oldest month, if it ended before that; returns its partition's name. Waits 80 ms for
 * readers at most, and holds the lock of all months for one of them.
 */
export async function dropOldestMonth(
  db: Database["db"],
  { olderThanMs }: { readonly olderThanMs: number },
): Promise<string | undefined> {
  const { rows } = await sql<{ name: string }>`
    select drop_request_history(${interval(olderThanMs)}) as name`.execute(db);
  return rows[0]?.name;
}
