import { interval, type TenantTransaction } from "@waiter/database";
import { sql } from "kysely";

export interface DeliveryRetention {
  /** Rows younger than this are kept, ms. */
  readonly olderThanMs: number;
  readonly atMost: number;
}

/** Deletes up to `atMost` old rows of one tenant; returns how many. */
export async function purgeDeliveries(
  tx: TenantTransaction,
  { olderThanMs, atMost }: DeliveryRetention,
): Promise<number> {
  const { numAffectedRows } = await sql`
    delete from delivery where tenant_id = ${tx.tenantId} and id = any (array(
      select id from delivery where tenant_id = ${tx.tenantId}
        and created_at < now() - ${interval(olderThanMs)}
      order by created_at limit ${atMost}::integer))`.execute(tx);
  return Number(numAffectedRows ?? 0n);
}
