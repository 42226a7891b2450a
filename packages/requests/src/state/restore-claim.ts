import type { TenantTransaction } from "@waiter/database";
import { sql } from "kysely";
import { isOpen, type Change, type RequestFacts } from "./transition.ts";

/**
 * What an undo does: it gives a request back to the person who held it, while that person is
 * active. Else a closed request opens for all staff and begins a round; undefined where it is open
 * already. The person's row is locked in share mode until COMMIT: a deactivation that comes later
 * releases the request.
 */
export async function restoreClaim(
  tx: TenantTransaction,
  before: RequestFacts,
  change: Change,
): Promise<Change | undefined> {
  if (change.claimedBy === null) return change;
  const { rows } = await sql`
    select id from staff where tenant_id = ${tx.tenantId} and id = ${change.claimedBy}::uuid
      and active for share`.execute(tx);
  if (rows.length > 0) return change;
  if (isOpen(before.state)) return undefined;
  const { kind, level } = change;
  return { kind, event: "request.reopened", state: "new", level, claimedBy: null };
}
