import type { TenantTransaction } from "@waiter/database";
import { sql } from "kysely";

/**
 * Counts a try of rows that `takeDeliveries` has locked in this transaction, before their
 * calls go out: so it counts although the worker dies before it records the answer. `attempts` says
 * to a worker of release 0.2 that the row was tried.
 */
export async function beginTries(tx: TenantTransaction, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await sql`
    update delivery set tries = tries + 1, attempts = attempts + 1, tried_at = clock_timestamp()
    where tenant_id = ${tx.tenantId} and id = any(${[...ids]}::uuid[])`.execute(tx);
}

/**
 * Gives the try of rows that stay due back: no call was made, or the answer asked for a pause,
 * which costs no try.
 */
export async function returnTries(tx: TenantTransaction, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await sql`
    update delivery set tries = greatest(0, tries - 1)
    where tenant_id = ${tx.tenantId} and state = 'due' and id = any(array(
      select id from delivery where tenant_id = ${tx.tenantId} and id = any(${[...ids]}::uuid[])
      order by id for no key update))`.execute(tx);
}
