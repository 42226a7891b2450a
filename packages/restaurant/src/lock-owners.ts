import type { TenantTransaction } from "@waiter/database";
import { sql } from "kysely";

/**
 * Locks the tenant's row, so that two changes of owners wait for each other; counts the active
 * owners when asked.
 */
export async function lockOwners(tx: TenantTransaction): Promise<() => Promise<number>> {
  await sql`select from tenant where id = ${tx.tenantId} for no key update`.execute(tx);
  return async () => {
    const { count } = await tx
      .selectFrom("staff")
      .select((eb) => eb.fn.countAll<number>().as("count"))
      .where("tenant_id", "=", tx.tenantId)
      .where("role", "=", "owner")
      .where("active", "=", true)
      .executeTakeFirstOrThrow();
    return Number(count);
  };
}
