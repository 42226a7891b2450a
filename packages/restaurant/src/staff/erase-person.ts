import { eraseStaff, type Database } from "@waiter/database";
import { AppError } from "@waiter/errors";
import { requestRings } from "@waiter/ledger";
import { change, releaseClaimsOf, type ChangeContext, type Changed } from "../change.ts";
import { dropDuty } from "../duty/duty.ts";
import { lockOwners } from "../lock-tenant.ts";
import { findPerson, lockPerson, publicStaff } from "./staff.ts";

/**
 * Erases a person for good: it ends what a deactivation ends, opens claimed requests again and
 * rings those who are left, and the name leaves every open board. Its events hold the new name
 * alone.
 *
 * Throws `not_found`, and `last_owner` where no active owner would be left.
 */
export const erasePerson = (
  database: Database,
  context: ChangeContext,
  id: string,
): Promise<Changed<null>> =>
  change(database, context, "staff.erase", { id }, async (tx, log) => {
    const countOwners = await lockOwners(tx);
    const before = await lockPerson(tx, id);
    if (before.active && before.role === "owner" && (await countOwners()) <= 1)
      throw new AppError("last_owner");
    await eraseStaff(tx, id);
    const duty = await dropDuty(tx, id);
    const releases = await releaseClaimsOf(tx, context, id);
    if (before.active) await requestRings(tx);
    const staff = publicStaff(await findPerson(tx, id));
    return {
      status: 204,
      body: null,
      events: [
        ...releases,
        ...(duty === undefined ? [] : [log("duty.ended", { duty })]),
        log("staff.updated", { staff }),
      ],
    };
  });
