import type { TenantTransaction } from "@waiter/database";
import { defaultPolicy } from "@waiter/escalation";
import type { Rung } from "@waiter/ledger";
import { sql } from "kysely";
import type { RequestRow } from "./request-row.ts";
import type { NextEscalation } from "./save-change.ts";

/**
 * What follows a step: where no person of its audience has a live screen or a subscription, the
 * next step of the policy is due at once; after the last one the request counts as unreached if no
 * step of the round has reached a person, until one does. A repeat rings the same people again, so
 * it keeps its time.
 */
export async function followUnreached(
  tx: TenantTransaction,
  { id, level, policy, unreachedAt }: RequestRow,
  { unreached, reachedBefore, send }: Rung,
): Promise<NextEscalation | undefined> {
  if (!unreached) {
    if (unreachedAt !== null && send.length > 0) await setUnreached(tx, id, false);
    return undefined;
  }
  if (level >= (policy ?? defaultPolicy).steps.length - 1) {
    if (unreachedAt === null && !reachedBefore) await setUnreached(tx, id, true);
    return undefined;
  }
  const { rows } = await sql<{ level: number }>`
    update deadline set due_at = clock_timestamp(), claimed_until = null
    where tenant_id = ${tx.tenantId} and request_id = ${id} and kind = 'escalation'
    returning level`.execute(tx);
  return rows[0] && { level: rows[0].level, inMs: 0 };
}

const setUnreached = async (tx: TenantTransaction, id: string, unreached: boolean) =>
  await sql`
    update request set unreached_at = case when ${unreached}::boolean then now() end
    where tenant_id = ${tx.tenantId} and id = ${id}`.execute(tx);
