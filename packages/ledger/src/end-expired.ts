import type { DeliveryChannel } from "@waiter/contracts";
import type { TenantTransaction } from "@waiter/database";
import { sql } from "kysely";

interface EndedRow {
  readonly channel: DeliveryChannel;
  readonly state: "failed" | "superseded";
}

/**
 * Ends those of the rows that are still due after their step: no screen acknowledged it, or no
 * sender sent it, which is a failure while the request waits and its restaurant is served. A closed
 * request may already be in the history.
 */
export async function endExpired(
  tx: TenantTransaction,
  ids: readonly string[],
): Promise<readonly EndedRow[]> {
  const isWaiting = sql<boolean>`exists (select from request r
    where r.tenant_id = d.tenant_id and r.id = d.request_id and r.state = 'new')`;
  const isServed = sql<boolean>`exists (select from tenant n
    where n.id = d.tenant_id and n.suspended_at is null and n.deleted_at is null)`;
  const { rows } = await sql<EndedRow>`
    update delivery d set ended_at = clock_timestamp(),
      state = case when ${isServed} and (d.channel = 'socket' or ${isWaiting}) then 'failed'
        else 'superseded' end,
      reason = case when not ${isServed} then 'tenant_suspended'
        when d.channel = 'socket' then 'not_acknowledged'
        when ${isWaiting} then 'expired' else 'taken' end
    where d.tenant_id = ${tx.tenantId} and d.id = any(array(
      select id from delivery where tenant_id = ${tx.tenantId} and id = any(${[...ids]}::uuid[])
        and state = 'due' and expires_at <= clock_timestamp() order by id for no key update))
    returning d.channel, d.state`.execute(tx);
  return rows;
}
