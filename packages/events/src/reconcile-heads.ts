import type { Head } from "@waiter/contracts";
import {
  changeEpochOf,
  type Database,
  type EpochCondition,
  type TenantHead,
} from "@waiter/database";
import type { ReplayLog } from "@waiter/replay-log";

type HeadSource = Pick<Database, "heads" | "inTenant">;

/**
 * The true heads of tenants. Detects a database that was restored to an earlier state.
 *
 * Redis' heads are read FIRST. Events are published only after COMMIT, so a head in Redis above the
 * head that Postgres answers afterwards, in the same epoch, belongs to a history that Postgres
 * lost. The tenant then gets a new epoch before the old one is answered. The api does this for each
 * request for heads. Without Redis the answer is Postgres' alone.
 */
export async function reconcileHeads(
  database: HeadSource,
  log: ReplayLog,
  tenantIds: readonly string[],
): Promise<TenantHead[]> {
  const hinted = await log.heads(tenantIds).catch(() => new Map<string, Head>());
  const truth = await database.heads(tenantIds);
  const lost = truth.filter(({ tenant, epoch, seq }) => {
    const hint = hinted.get(tenant);
    return hint?.epoch === epoch && hint.seq > seq;
  });
  if (lost.length === 0) return truth;
  for (const { tenant, epoch } of lost) {
    const below = hinted.get(tenant)?.seq;
    await changeEpoch(database, log, tenant, {
      from: epoch,
      ...(below !== undefined && { below }),
    });
  }
  return database.heads(tenantIds);
}

/**
 * Gives a tenant a new epoch if the condition still holds; every client then takes a new
 * snapshot, which contains the unpublished events of the old epoch. Those events are dropped.
 */
export async function changeEpoch(
  database: Pick<Database, "inTenant">,
  log: ReplayLog,
  tenantId: string,
  condition: EpochCondition & { readonly from: string },
): Promise<void> {
  const head = await database.inTenant(tenantId, (tx) => changeEpochOf(tx, condition));
  // If Redis misses this, the first event of the new epoch replaces the head.
  if (head !== undefined) await log.replace(tenantId, head, condition.from).catch(() => undefined);
}
