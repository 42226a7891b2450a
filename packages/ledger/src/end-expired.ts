import type { TenantTransaction } from "@waiter/database";
import { sql } from "kysely";

/**
 * Fails those of the rows that are still due after their step: no screen acknowledged it, or no
 * sender sent it. Returns how many.
 */
export async function endExpired(tx: TenantTransaction, ids: readonly string[]): Promise<number> {
  const { numAffectedRows } = await sql`
    update delivery set state = 'failed', ended_at = clock_timestamp(),
      reason = case channel when 'socket' then 'not_acknowledged' else 'expired' end
    where tenant_id = ${tx.tenantId} and id = any(array(
      select id from delivery where tenant_id = ${tx.tenantId} and id = any(${[...ids]}::uuid[])
        and state = 'due' and expires_at <= clock_timestamp() order by id for no key update))`.execute(
    tx,
  );
  return Number(numAffectedRows ?? 0n);
}
