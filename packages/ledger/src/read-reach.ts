import type { StaffReach } from "@waiter/contracts";
import type { TenantTransaction } from "@waiter/database";
import { sql } from "kysely";

/**
 * Which way reaches the staff from this table. `online`: a staff screen is connected, so `screen`;
 * null while that is not known. Else `push` where the present round of a waiting request was sent
 * or is being sent, or, without one, where a person has a subscription; else `none`.
 */
export async function readReach(
  tx: TenantTransaction,
  tableId: string,
  online: boolean | null,
): Promise<StaffReach> {
  if (online === true) return "screen";
  const { rows } = await sql<{ waiting: boolean | null; subscribed: boolean }>`
    select (
      select bool_or(exists (
        select from delivery d where d.tenant_id = r.tenant_id and d.request_id = r.id
          and d.round = r.round and d.channel <> 'socket'
          and d.state in ('due', 'sent', 'shown', 'opened')))
      from request r where r.tenant_id = ${tx.tenantId} and r.table_id = ${tableId}
        and r.state = 'new' and exists (
          select from delivery d where d.tenant_id = r.tenant_id and d.request_id = r.id)
    ) as waiting,
    exists (
      select from push_subscription
      join staff_session on staff_session.tenant_id = push_subscription.tenant_id
        and staff_session.id = push_subscription.session_id
      where push_subscription.tenant_id = ${tx.tenantId} and staff_session.revoked_at is null
        and staff_session.expires_at > clock_timestamp()) as subscribed`.execute(tx);
  const [found] = rows;
  if ((found?.waiting ?? found?.subscribed) === true) return "push";
  return online === null ? null : "none";
}
