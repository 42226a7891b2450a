import { randomUUID } from "node:crypto";
import type { Head } from "@waiter/contracts";
import { sql } from "kysely";
import type { Database } from "../database.ts";
import { rebaseEventLog } from "../directory/log-positions.ts";
import type { TenantTransaction } from "../transactions/tenant-transaction.ts";
import { eachTenant } from "../tenants/tenants.ts";

/** When an epoch changes; without a condition always. */
export interface EpochCondition {
  /** Only if the tenant still has this epoch. */
  readonly from?: string;
  /**
   * Only if the tenant's number is still below this one: checked by the update, so that a stale
   * read cannot cause a change.
   */
  readonly below?: number;
}

/**
 * Gives the tenant of this transaction a new epoch and returns the new head; undefined when a
 * condition does not hold. Deletes unpublished events of the old epoch: clients take a snapshot,
 * which contains them.
 */
export async function changeEpochOf(
  tx: TenantTransaction,
  { from, below }: EpochCondition = {},
): Promise<Head | undefined> {
  const { tenantId } = tx;
  const head = await tx
    .updateTable("tenant_counter")
    .set({ epoch: randomUUID() })
    .where("tenant_id", "=", tenantId)
    .$if(from !== undefined, (update) => update.where("epoch", "=", from ?? ""))
    .$if(below !== undefined, (update) => update.where("seq", "<", below ?? 0))
    .returning(["epoch", "seq"])
    .executeTakeFirst();
  if (head === undefined) return undefined;
  await sql`update tenant set epoch_changed_at = now() where id = ${tenantId}`.execute(tx);
  await sql`delete from outbox where tenant_id = ${tenantId} and epoch <> ${head.epoch}`.execute(
    tx,
  );
  return head;
}

/**
 * Gives one tenant, or every tenant when no id is given, a new epoch; returns the new heads. For
 * databases restored to an earlier state: numbers repeat, and a new epoch makes every client take a
 * new snapshot instead of accepting them. For all tenants it also voids every position in the log
 * of all tenants.
 */
export async function bumpEpoch(
  database: Database,
  tenantId?: string,
): Promise<(Head & { tenantId: string })[]> {
  if (tenantId !== undefined) return bumpOne(database, tenantId);
  await rebaseEventLog(database.db, { always: true });
  const heads = [];
  for await (const id of eachTenant(database)) heads.push(...(await bumpOne(database, id)));
  return heads;
}

async function bumpOne(
  database: Database,
  tenantId: string,
): Promise<(Head & { tenantId: string })[]> {
  const head = await database.inTenant(tenantId, (tx) => changeEpochOf(tx));
  return head === undefined ? [] : [{ tenantId, ...head }];
}
