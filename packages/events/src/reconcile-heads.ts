import type { Head } from "@waiter/contracts";
import { changeEpochOf, type Database, type TenantHead } from "@waiter/database";
import type { ReplayLog } from "./replay-log.ts";

type HeadSource = Pick<Database, "heads" | "inTenant">;

/**
 * The true heads of tenants, after looking whether the database was restored to an earlier state.
 *
 * Redis' heads are read FIRST: events are published only after COMMIT, so a head in Redis above the one that Postgres
 * tells afterwards, in the same epoch, is of a history that Postgres lost. The tenant then gets a new epoch, before anybody
 * is told the old one. The api does this whenever a gateway asks for heads (every 30 s and after each Redis reconnect):
 * only tenants with somebody connected need it, and just when the answer is about to be believed. Without Redis the
 * answer is Postgres' alone.
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
  for (const { tenant, epoch } of lost) await changeEpoch(database, log, tenant, epoch);
  return database.heads(tenantIds);
}

/**
 * Gives a tenant a new epoch, if it still has the epoch `from`; every client then takes a new snapshot. Unpublished events
 * of the old epoch are dropped with it, the snapshot has them. Also what to do when a publication finds its number taken.
 */
export async function changeEpoch(
  database: Pick<Database, "inTenant">,
  log: ReplayLog,
  tenantId: string,
  from: string,
): Promise<void> {
  const head = await database.inTenant(tenantId, (tx) => changeEpochOf(tx, from));
  // Should Redis miss this, the first event of the new epoch says the same.
  if (head !== undefined) await log.replace(tenantId, head, from).catch(() => undefined);
}
