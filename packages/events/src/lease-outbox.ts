import type { CommittedEvent } from "@waiter/contracts";
import type { RelayDatabase } from "@waiter/database";
import { sql } from "kysely";

export interface LeaseOptions {
  /** Age from which a row counts as left behind, ms by Postgres' clock. */
  readonly minAgeMs: number;
  /** Length of a lease, ms. */
  readonly leaseMs: number;
  /** Most rows per round. */
  readonly batch: number;
}

type RelayQueries = RelayDatabase["db"];
interface OutboxRow {
  readonly tenantId: string;
  readonly epoch: string;
  readonly seq: number;
  readonly envelope: string;
  readonly tableId: string | null;
  readonly payload: string | null;
}
export type OutboxId = Pick<CommittedEvent, "tenantId" | "seq">;

const ms = (value: number) => sql`make_interval(secs => ${value / 1_000}::float8)`;

/**
 * Takes rows that nobody published and nobody else has leased, oldest first, in one short statement
 * that waits for no lock. In the order tenant, seq.
 */
export async function leaseOutbox(
  db: RelayQueries,
  { minAgeMs, leaseMs, batch }: LeaseOptions,
): Promise<CommittedEvent[]> {
  const { rows } = await sql<OutboxRow>`
    with waiting as (
      select tenant_id, seq from outbox where leased_until is null and created_at <= now() - ${ms(minAgeMs)}
      order by created_at, seq limit ${batch} for update skip locked
    ), abandoned as (
      select tenant_id, seq from outbox where leased_until is not null and leased_until <= now()
      order by leased_until, seq limit ${batch} for update skip locked
    ), due as (
      (select * from abandoned union all select * from waiting) limit ${batch}
    )
    update outbox set leased_until = now() + ${ms(leaseMs)} from due
    where outbox.tenant_id = due.tenant_id and outbox.seq = due.seq
    returning outbox.tenant_id as "tenantId", outbox.epoch, outbox.seq, outbox.envelope, outbox.table_id as "tableId", outbox.guest_payload as payload`.execute(
    db,
  );
  return rows
    .map(({ tableId, payload, ...event }) => ({
      ...event,
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

/** Ends leases at once, because Redis may recover before they expire. */
export async function releaseOutbox(db: RelayQueries, rows: readonly OutboxId[]): Promise<void> {
  if (rows.length === 0) return;
  const { tenants, seqs } = columns(rows);
  await sql`update outbox set leased_until = null from unnest(${tenants}::uuid[], ${seqs}::bigint[]) as failed (tenant_id, seq)
    where outbox.tenant_id = failed.tenant_id and outbox.seq = failed.seq`.execute(db);
}

/** The number of waiting rows and the age of the oldest, s. */
export async function measureOutbox(
  db: RelayQueries,
): Promise<{ readonly count: number; readonly oldestSeconds: number }> {
  const { rows } = await sql<{ count: number; oldestSeconds: number }>`
    select count(*) as count, coalesce(greatest(0, extract(epoch from now() - min(created_at))), 0)::float8 as "oldestSeconds" from outbox`.execute(
    db,
  );
  return rows[0] ?? { count: 0, oldestSeconds: 0 };
}
