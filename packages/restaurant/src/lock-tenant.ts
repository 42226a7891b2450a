import type { TenantTransaction } from "@waiter/database";
import { sql } from "kysely";

/**
 * Locks the tenant's row before other rows. Changes of duty update it by a trigger and a change of
 * the opening hours updates the rows of duty: in one order they wait for each other without a
 * deadlock. References to the tenant do not wait.
 */
export async function lockTenant(tx: TenantTransaction): Promise<void> {
  await sql`select from tenant where id = ${tx.tenantId} for no key update`.execute(tx);
}

/** Two changes of owners wait for each other; counts the active owners when asked. */
export async function lockOwners(tx: TenantTransaction): Promise<() => Promise<number>> {
  await lockTenant(tx);
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
