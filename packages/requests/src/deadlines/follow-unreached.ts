import { prepareStatement, type TenantTransaction } from "@waiter/database";
import { defaultPolicy } from "@waiter/escalation";
import type { Rung } from "@waiter/ledger";
import { sql } from "kysely";
import type { RequestRow } from "../state/request-row.ts";
import type { NextEscalation } from "../state/saved-row.ts";

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
  const [sooner] = await makeDue.run(tx, { tenantId: tx.tenantId, id });
  return sooner && { level: sooner.level, inMs: 0 };
}

const makeDue = prepareStatement<{ tenantId: string; id: string }, { level: number }>(
  (p) => sql<{ level: number }>`
    update deadline set due_at = clock_timestamp(), claimed_until = null
    where tenant_id = ${p("tenantId")} and request_id = ${p("id")} and kind = 'escalation'
    returning level`,
);

const setUnreached = (tx: TenantTransaction, id: string, unreached: boolean) =>
  updateUnreached.run(tx, { tenantId: tx.tenantId, id, unreached });

const updateUnreached = prepareStatement<
  { tenantId: string; id: string; unreached: boolean },
  unknown
>(
  (p) => sql`
    update request set unreached_at = case when ${p("unreached")}::boolean then now() end
    where tenant_id = ${p("tenantId")} and id = ${p("id")}`,
);
