import { restaurantLimits } from "@waiter/contracts";
import type { TenantTransaction } from "@waiter/database";
import { refuse } from "../refuse.ts";

/** Refuses one active person more than a restaurant may have. The tenant's row is locked. */
export async function requirePlace(tx: TenantTransaction, field: "name" | "active"): Promise<void> {
  const { count } = await tx
    .selectFrom("staff")
    .select((eb) => eb.fn.countAll<number>().as("count"))
    .where("tenant_id", "=", tx.tenantId)
    .where("active", "=", true)
    .executeTakeFirstOrThrow();
  if (Number(count) >= restaurantLimits.staff)
    refuse(field, `a restaurant has at most ${restaurantLimits.staff} people`);
}
