import type { TenantTransaction } from "@waiter/database";
import { sql } from "kysely";

/**
 * How a restaurant without a connected screen is reached from this table: `push` where the present
 * round of a waiting request was sent or is being sent, or, without one, where a person has a
 * subscription; else `none`.
 */
export async function readReach(tx: TenantTransaction, tableId: string): Promise<"push" | "none"> {
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
  return (found?.waiting ?? found?.subscribed) === true ? "push" : "none";
}
