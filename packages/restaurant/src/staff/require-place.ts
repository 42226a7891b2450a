import type { TenantTransaction } from "@waiter/database";
import { refuse } from "../refuse.ts";

/** Refuses one active person more than a restaurant may have. The tenant's row is locked. */
export async function requirePlace(
  tx: TenantTransaction,
  field: "name" | "active",
  atMost: number,
): Promise<void> {
  const { count } = await tx
    .selectFrom("staff")
    .select((eb) => eb.fn.countAll<number>().as("count"))
    .where("tenant_id", "=", tx.tenantId)
    .where("active", "=", true)
    .executeTakeFirstOrThrow();
  if (Number(count) >= atMost) refuse(field, `a restaurant has at most ${atMost} people`);
}
