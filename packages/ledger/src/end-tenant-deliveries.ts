import type { TenantTransaction } from "@waiter/database";
import { sql } from "kysely";

/**
 * Ends the rows of a restaurant that are still due, because it is suspended in this transaction. A
 * step that rings at the same moment may write a row after this; its sender or the sweeper ends it.
 * Returns how many.
 */
export async function endTenantDeliveries(tx: TenantTransaction): Promise<number> {
  const { numAffectedRows } = await sql`
    update delivery set state = 'superseded', reason = 'tenant_suspended',
      ended_at = clock_timestamp()
    where tenant_id = ${tx.tenantId} and id = any(array(
      select id from delivery where tenant_id = ${tx.tenantId} and state = 'due'
      order by id for no key update))`.execute(tx);
  return Number(numAffectedRows ?? 0n);
}
