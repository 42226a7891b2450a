import type { Database } from "@waiter/database";

/** Deletes a tenant with everything it has, in one transaction; false when it is already gone. */
export async function deleteTenant(database: Database, tenantId: string): Promise<boolean> {
  return database.inTenant(tenantId, async (tx) => {
    // Rows that others refer to without a cascade go first; the rest follows the tenant.
    await tx.deleteFrom("request").execute();
    const { numDeletedRows } = await tx.deleteFrom("tenant").where("id", "=", tenantId).executeTakeFirst();
    return numDeletedRows > 0n;
  });
}
