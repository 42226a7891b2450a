import type { StaffReach, TenantReach } from "@waiter/contracts";
import type { TenantTransaction } from "@waiter/database";
import { sql } from "kysely";

/** Of a request `r`: whether its round has rung, and whether a push was sent or is being sent. */
const hasRung = sql`exists (
  select from delivery d where d.tenant_id = r.tenant_id and d.request_id = r.id)`;
const isPushed = sql`exists (
  select from delivery d where d.tenant_id = r.tenant_id and d.request_id = r.id
    and d.round = r.round and d.channel <> 'socket'
    and d.state in ('due', 'sent', 'shown', 'opened'))`;
/** Whether a person of the tenant has a push subscription. */
const isSubscribed = ({ tenantId }: TenantTransaction) => sql`exists (
  select from push_subscription
  join staff_session on staff_session.tenant_id = push_subscription.tenant_id
    and staff_session.id = push_subscription.session_id
  where push_subscription.tenant_id = ${tenantId} and staff_session.revoked_at is null
    and staff_session.expires_at > clock_timestamp())`;

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
      select bool_or(${isPushed})
      from request r where r.tenant_id = ${tx.tenantId} and r.table_id = ${tableId}
        and r.state = 'new' and ${hasRung}
    ) as waiting,
    ${isSubscribed(tx)} as subscribed`.execute(tx);
  const [found] = rows;
  if ((found?.waiting ?? found?.subscribed) === true) return "push";
  return online === null ? null : "none";
}

/** The same for all tables of a tenant that has no staff screen. */
export async function readTenantReach(
  tx: TenantTransaction,
): Promise<Pick<TenantReach, "reach" | "tables">> {
  const { rows } = await sql<{ table: string | null; push: boolean }>`
    select r.table_id as "table", bool_or(${isPushed}) as push
      from request r where r.tenant_id = ${tx.tenantId} and r.state = 'new' and ${hasRung}
      group by r.table_id
    union all select null, ${isSubscribed(tx)}`.execute(tx);
  const reachOf = (push: boolean | undefined) => (push === true ? "push" : "none");
  return {
    reach: reachOf(rows.find(({ table }) => table === null)?.push),
    tables: rows.flatMap(({ table, push }) =>
      table === null ? [] : [{ table, reach: reachOf(push) }],
    ),
  };
}
