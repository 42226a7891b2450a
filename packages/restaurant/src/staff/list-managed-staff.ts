import type { ManagedStaff } from "@waiter/contracts";
import { afterPerson, type StaffPage, type TenantTransaction } from "@waiter/database";
import { sql } from "kysely";
import { columns, toManaged } from "./staff.ts";

export interface ManagedPage extends StaffPage {
  /** Includes deactivated people. */
  readonly retired?: boolean | undefined;
}

/**
 * The active people, or also the others, by name: all of them or a page, with e-mail addresses and
 * the number of devices that are signed in, for managers.
 */
export async function listManagedStaff(
  tx: TenantTransaction,
  { retired = false, after, limit }: ManagedPage = {},
): Promise<ManagedStaff[]> {
  const rows = await tx
    .selectFrom("staff")
    .select(columns)
    .select((eb) =>
      eb
        .selectFrom("staff_session as device")
        .select((count) => count.fn.countAll<string>().as("count"))
        .whereRef("device.tenant_id", "=", "staff.tenant_id")
        .whereRef("device.staff_id", "=", "staff.id")
        .where("device.revoked_at", "is", null)
        .where("device.expires_at", ">", sql<Date>`now()`)
        .as("devices"),
    )
    .where("tenant_id", "=", tx.tenantId)
    .$if(!retired, (query) => query.where("active", "=", true))
    .$if(after !== undefined, (query) => query.where(afterPerson(tx, after ?? "")))
    .orderBy("name")
    .orderBy("id")
    .$if(limit !== undefined, (query) => query.limit(limit ?? 0))
    .execute();
  return rows.map(({ devices, ...row }) => ({ ...toManaged(row), devices: Number(devices) }));
}
