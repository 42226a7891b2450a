import type { TenantTransaction } from "@waiter/database";
import { sql } from "kysely";

/**
 * Asks the worker to ring the present step of every waiting request again, because duty, zones,
 * tables or people changed in this transaction: people who are addressed now and have no row ring.
 */
export async function requestRings(tx: TenantTransaction): Promise<void> {
  await sql`
    insert into deadline (tenant_id, request_id, kind, level, due_at)
    select tenant_id, id, 'ring', level, clock_timestamp() from request
    where tenant_id = ${tx.tenantId} and state = 'new' order by id
    on conflict (tenant_id, request_id, kind) do nothing`.execute(tx);
}
