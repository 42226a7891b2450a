import type { CommittedEvent, Envelope } from "@waiter/contracts";
import type { RelayDatabase } from "@waiter/database";
import { sql } from "kysely";

export interface LeaseOptions {
  /** Age from which a row counts as left behind, ms by Postgres' clock. */
  readonly minAgeMs: number;
  /** Length of a lease, ms. */
  readonly leaseMs: number;
  /** Most rows per round. */
  readonly batch: number;
  /**
   * Rows that became due earlier than this are left out, ms before now. Spares the index entries of
   * deleted rows, which stay while any snapshot is open (a backup, a report). All rows when absent.
   */
  readonly lookBackMs?: number | undefined;
}

export type RelayQueries = RelayDatabase["db"];
interface OutboxRow {
  readonly tenantId: string;
  readonly epoch: string;
  readonly seq: number;
  readonly id: string | null;
  readonly envelope: string;
  readonly tableId: string | null;
  readonly payload: string | null;
}
export type OutboxId = Pick<CommittedEvent, "tenantId" | "seq">;

const ms = (value: number) => sql`make_interval(secs => ${value / 1_000}::float8)`;

/** Batches of due rows among which tenants take turns. */
const windowBatches = 20;

/**
 * Leases due rows in one short statement that waits for no lock, and returns them in the order
 * tenant, seq. Due is a row that no process published in time and no relay has leased, or whose
 * lease or back-off is over.
 *
 * Tenants take turns: one tenant's backlog or failing rows leave room for the others.
 */
export async function leaseOutbox(
  db: RelayQueries,
  { minAgeMs, leaseMs, batch, lookBackMs }: LeaseOptions,
): Promise<CommittedEvent[]> {
  const window = batch * windowBatches;
  const since = (dueAgeMs: number) =>
    lookBackMs === undefined
      ? sql`'-infinity'::timestamptz`
      : sql`now() - ${ms(lookBackMs + dueAgeMs)}`;
  const { rows } = await sql<OutboxRow>`
    with waiting as (
      select tenant_id, seq, created_at as due from outbox
      where leased_until is null and created_at <= now() - ${ms(minAgeMs)} and created_at >= ${since(minAgeMs)}
      order by created_at, seq limit ${window}
    ), expired as (
      select tenant_id, seq, leased_until as due from outbox
      where leased_until is not null and leased_until <= now() and leased_until >= ${since(0)}
      order by leased_until, seq limit ${window}
    ), ranked as materialized (
      select tenant_id, seq, due, row_number() over (partition by tenant_id order by seq) as turn
      from (select * from waiting union all select * from expired) due
    ), chosen as (
      select outbox.tenant_id, outbox.seq from ranked
      join outbox on outbox.tenant_id = ranked.tenant_id and outbox.seq = ranked.seq
      -- Checked again on the locked row: another relay may have leased it after this one looked.
      where outbox.leased_until is null or outbox.leased_until <= now()
      order by ranked.turn, ranked.due limit ${batch} for update of outbox skip locked
    )
    update outbox set leased_until = now() + ${ms(leaseMs)} from chosen
    where outbox.tenant_id = chosen.tenant_id and outbox.seq = chosen.seq
    returning outbox.tenant_id as "tenantId", outbox.epoch, outbox.seq, outbox.event_id as id, outbox.envelope,
      outbox.table_id as "tableId", outbox.guest_payload as payload`.execute(db);
  return rows
    .map(({ tableId, payload, id, ...event }) => ({
      ...event,
      id: id ?? (JSON.parse(event.envelope) as Envelope).id,
      ...(tableId !== null && payload !== null && { guest: { tableId, payload } }),
    }))
    .toSorted((a, b) =>
      a.tenantId === b.tenantId ? a.seq - b.seq : a.tenantId < b.tenantId ? -1 : 1,
    );
}

const columns = (rows: readonly OutboxId[]) => ({
  tenants: rows.map((row) => row.tenantId),
  seqs: rows.map((row) => row.seq),
});

/** Deletes published rows. */
export async function deleteOutbox(db: RelayQueries, rows: readonly OutboxId[]): Promise<void> {
  if (rows.length === 0) return;
  const { tenants, seqs } = columns(rows);
  await sql`delete from outbox using unnest(${tenants}::uuid[], ${seqs}::bigint[]) as done (tenant_id, seq)
    where outbox.tenant_id = done.tenant_id and outbox.seq = done.seq`.execute(db);
}

/** The first and the longest pause before a row that failed is tried again, ms. */
export const backOff = { firstMs: 500, longestMs: 30_000 };

/**
 * Counts a failed attempt of each row. The next one is due after a pause that doubles each time.
 */
export async function postponeOutbox(db: RelayQueries, rows: readonly OutboxId[]): Promise<void> {
  if (rows.length === 0) return;
  const { tenants, seqs } = columns(rows);
  await sql`
    update outbox set attempts = attempts + 1, leased_until = now() + make_interval(secs =>
      (0.75 + random() / 2) * least(${backOff.longestMs}::float8, ${backOff.firstMs}::float8 * power(2, least(attempts, 16))) / 1000)
    from unnest(${tenants}::uuid[], ${seqs}::bigint[]) as failed (tenant_id, seq)
    where outbox.tenant_id = failed.tenant_id and outbox.seq = failed.seq`.execute(db);
}
