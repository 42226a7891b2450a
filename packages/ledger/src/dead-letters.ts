import type { DeadLetter } from "@waiter/contracts";
import type { TenantTransaction } from "@waiter/database";
import { sql, type RawBuilder } from "kysely";

/** How long a delivery that a manager sends again may take, s. */
const replayTtlS = 300;

export interface DeadLetterPage {
  /**
   * Id of the last one of the previous page. Where that one is sent again by now, the list begins
   * from its start: rows may come twice, none is missing.
   */
  readonly after?: string | undefined;
  readonly limit: number;
}

const columns = sql`
  d.id, d.request_id as "requestId", t.label as table, r.type, r.state as "requestState", d.channel,
  d.staff_id as "staffId", s.name, d.reason, case when d.tried_at is null then d.attempts else d.tries end as attempts, d.created_at as "createdAt",
  d.ended_at as "failedAt"`;
/** Deliveries with their names. A closed request may already be in the history. */
const joined = (deliveries: RawBuilder<unknown>) => sql`
  ${deliveries} d
  cross join lateral (
    select tenant_id, table_id, type, state from request
    where tenant_id = d.tenant_id and id = d.request_id
    union all
    select tenant_id, table_id, type, state from request_history
    where tenant_id = d.tenant_id and id = d.request_id and created_at <= d.created_at
  ) r
  join dining_table t on t.tenant_id = r.tenant_id and t.id = r.table_id
  left join staff s on s.tenant_id = d.tenant_id and s.id = d.staff_id`;
const isDead = sql`d.state = 'failed' and d.channel <> 'socket' and d.ended_at is not null`;

/**
 * Deliveries whose sending failed for good, newest first. They are rows of the ledger, so they are
 * kept as long as it is.
 */
export async function listDeadLetters(
  tx: TenantTransaction,
  { after, limit }: DeadLetterPage,
): Promise<DeadLetter[]> {
  // Limited before the names are joined, so that a page costs no more than its rows.
  const page = sql`(
    select d.* from delivery d
    where d.tenant_id = ${tx.tenantId} and ${isDead}
      and (${after ?? null}::uuid is null or (d.ended_at, d.id) < (
        select coalesce(ended_at, replayed_at), id from delivery
        where tenant_id = ${tx.tenantId} and id = ${after ?? null}))
    order by d.ended_at desc, d.id desc limit ${limit})`;
  const { rows } = await sql<Row>`
    select ${columns} from ${joined(page)} order by d.ended_at desc, d.id desc`.execute(tx);
  return rows.map(toDeadLetter);
}

/**
 * Makes a dead letter due again, whatever step its request is at now: `replayed`, or `over` when
 * its request no longer waits or it did not fail; undefined when there is no such delivery.
 */
export async function replayDeadLetter(
  tx: TenantTransaction,
  id: string,
): Promise<{ readonly status: "replayed" | "over"; readonly deadLetter: DeadLetter } | undefined> {
  const { rows } = await sql<Row & { isDead: boolean | null }>`
    select ${columns}, ${isDead} as "isDead" from ${joined(sql`delivery`)}
    where d.tenant_id = ${tx.tenantId} and d.id = ${id} and d.channel <> 'socket'
    for no key update of d`.execute(tx);
  const [row] = rows;
  if (row === undefined) return undefined;
  const deadLetter = toDeadLetter(row);
  if (row.isDead !== true || row.requestState !== "new") return { status: "over", deadLetter };
  await sql`
    update delivery set state = 'due', reason = null, tries = 0, attempts = 0, tried_at = null,
      ended_at = null, sent_at = null, claimed_until = null, replayed_at = clock_timestamp(), due_at = clock_timestamp(),
      expires_at = clock_timestamp() + make_interval(secs => ${replayTtlS})
    where tenant_id = ${tx.tenantId} and id = ${id}`.execute(tx);
  return { status: "replayed", deadLetter };
}

interface Row {
  readonly id: string;
  readonly requestId: string;
  readonly table: string;
  readonly type: string;
  readonly requestState: DeadLetter["requestState"];
  readonly channel: DeadLetter["channel"];
  readonly staffId: string | null;
  readonly name: string | null;
  readonly reason: string | null;
  readonly attempts: number;
  readonly createdAt: Date;
  readonly failedAt: Date | null;
}

const toDeadLetter = (row: Row): DeadLetter => ({
  id: row.id,
  requestId: row.requestId,
  table: row.table,
  type: row.type,
  requestState: row.requestState,
  channel: row.channel,
  ...(row.staffId !== null && { staff: { id: row.staffId, name: row.name ?? "" } }),
  ...(row.reason !== null && { reason: row.reason }),
  attempts: row.attempts,
  createdAt: row.createdAt.toISOString(),
  failedAt: (row.failedAt ?? row.createdAt).toISOString(),
});
