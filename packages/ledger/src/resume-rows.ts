import type { DeliveryChannel, DeliveryState } from "@waiter/contracts";
import type { TenantTransaction } from "@waiter/database";
import { sql } from "kysely";

interface ResumedRow {
  readonly id: string;
  readonly channel: DeliveryChannel;
  readonly state: DeliveryState;
  readonly inMs: number;
}

interface Resumed {
  readonly requestId: string;
  readonly round: number;
  readonly step: number;
  /** Rows that the step wants now, as JSON. */
  readonly wanted: string;
  /** How long a row of the last step may be sent, seconds. */
  readonly lastStepTtlS: number;
}

/**
 * Makes the rows of a step that a suspension ended what the step wants of them now, in the lock of
 * the request. A push is sent at once: its screen had its time before.
 */
export async function resumeRows(
  tx: TenantTransaction,
  { requestId, round, step, wanted, lastStepTtlS }: Resumed,
): Promise<readonly ResumedRow[]> {
  const { rows } = await sql<ResumedRow>`
    update delivery d set channel = wanted.channel, state = wanted.state, reason = wanted.reason,
      claimed_until = null, due_at = d.created_at,
      ended_at = case when wanted.state <> 'due' then clock_timestamp() end,
      expires_at = coalesce((
        select due_at from deadline where tenant_id = ${tx.tenantId}
          and request_id = ${requestId} and kind = 'escalation'),
        clock_timestamp() + make_interval(secs => ${lastStepTtlS}))
    from jsonb_to_recordset(${wanted}::jsonb) as wanted
      ("staffId" uuid, channel text, state text, reason text)
    where d.tenant_id = ${tx.tenantId} and d.request_id = ${requestId} and d.round = ${round}
      and d.step = ${step} and d.state = 'superseded' and d.reason = 'tenant_suspended'
      and (d.staff_id = wanted."staffId" or (d.staff_id is null and wanted."staffId" is null
        and d.channel = wanted.channel))
    returning d.id, d.channel, d.state, 0::float8 as "inMs"`.execute(tx);
  return rows;
}
