import type { HistoryEntry } from "@waiter/contracts";
import type { TenantTransaction } from "@waiter/database";
import { sql } from "kysely";

/** Most lines of one request's history that come from the ledger. */
const atMost = 5_000;

/**
 * The ledger of a request as lines of its history, one for each time that a row carries, oldest
 * first; of its tries the last one, unless it was the first and succeeded. With `staffId` only
 * that person's rows and those of no person.
 */
export async function readDeliveries(
  tx: TenantTransaction,
  requestId: string,
  { staffId }: { readonly staffId?: string | undefined } = {},
): Promise<HistoryEntry[]> {
  const { rows } = await sql<Line>`
    select line.at, line.state, d.step, d.channel, d.staff_id as "staffId", staff.name,
      staff_session.device_name as device, case when line.is_end then d.reason end as reason,
      case when line.state = 'tried' then nullif(d.tries, 0) end as attempts
    from delivery d
    left join staff on staff.tenant_id = d.tenant_id and staff.id = d.staff_id
    left join staff_session on staff_session.tenant_id = d.tenant_id
      and staff_session.id = d.session_id
    cross join lateral (values
      (d.created_at, 'due', false),
      (case when d.sent_at is null or d.tries > 1 then d.tried_at end, 'tried', false),
      (d.sent_at, 'sent', false), (d.shown_at, 'shown', false),
      (d.opened_at, 'opened', false), (d.ended_at, d.state, true)) as line (at, state, is_end)
    where d.tenant_id = ${tx.tenantId} and d.request_id = ${requestId} and line.at is not null
      and not (line.state = 'due' and d.state = 'unreachable')
      and (${staffId === undefined}::boolean or d.staff_id = ${staffId ?? null}::uuid
        or d.staff_id is null)
    order by line.at, d.id, line.is_end limit ${atMost}`.execute(tx);
  return rows.map((row) => ({
    at: row.at.toISOString(),
    what: "delivery",
    level: row.step,
    channel: row.channel,
    state: row.state,
    ...(row.staffId !== null && { staff: { id: row.staffId, name: row.name ?? "" } }),
    ...(row.device !== null && { device: row.device }),
    ...(row.reason !== null && { reason: row.reason }),
    ...(row.attempts !== null && { attempts: row.attempts }),
  }));
}

interface Line {
  readonly at: Date;
  readonly state: string;
  readonly step: number;
  readonly channel: string;
  readonly staffId: string | null;
  readonly name: string | null;
  readonly device: string | null;
  readonly reason: string | null;
  readonly attempts: number | null;
}
