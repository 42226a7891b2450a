import type { Role } from "@waiter/contracts";
import type { TenantTransaction } from "@waiter/database";
import { AppError } from "@waiter/errors";
import { mayManage } from "./staff.ts";

/**
 * Refuses a link whose maker may no longer invite the person: the person was promoted, or the maker
 * was demoted or deactivated. Else a manager's link to a waiter would sign in as the owner that the
 * waiter became. The command line and the platform have no id; their links stay good.
 * @throws {AppError} `invitation_expired`
 */
export async function requireInviter(
  tx: TenantTransaction,
  madeBy: string | null,
  person: { readonly role: Role },
): Promise<void> {
  if (madeBy === null) return;
  const maker = await tx
    .selectFrom("staff")
    .select(["id", "role"])
    .where("tenant_id", "=", tx.tenantId)
    .where("id", "=", madeBy)
    .where("active", "=", true)
    .executeTakeFirst();
  if (maker === undefined || !mayManage(maker, person.role))
    throw new AppError("invitation_expired", {
      detail: "Who made this invitation may no longer invite this person.",
    });
}
