import { sql } from "kysely";
import type { Database } from "../database.ts";
import type { TenantTransaction } from "../transactions/tenant-transaction.ts";

/**
 * Every table with rows of a tenant, referring tables first. `tenant` itself is the last step; what
 * a late transaction adds is deleted with it, by foreign keys and by a trigger on `tenant`.
 */
export const tenantTables = [
  "push_receipt",
  "delivery",
  "deadline",
  "outbox",
  "answer",
  "request",
  "request_history",
  "event",
  "screen",
  "push_subscription",
  "staff_session",
  "retired_code",
  "duty",
  "invitation",
  "tenant_logo",
  "dining_table",
  "zone",
  "request_type",
  "staff",
  "tenant_counter",
] as const;

/**
 * Marks a restaurant as deleted: from here on the directory does not know it, and a trigger notes
 * its slug as retired. The worker deletes the rows. False when there is no such restaurant.
 */
export const deleteTenant = (database: Database, tenantId: string): Promise<boolean> =>
  database.inTenant(tenantId, async (tx) => {
    const { numUpdatedRows } = await tx
      .updateTable("tenant")
      .set({ deleted_at: sql<Date>`now()`, slug: `deleted-${tenantId}` })
      .where("id", "=", tenantId)
      .where("deleted_at", "is", null)
      .executeTakeFirstOrThrow();
    return numUpdatedRows > 0n;
  });

/** Restaurants that are marked and not yet deleted, the longest waiting first. */
export async function deletedTenants(db: Database["db"]): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`select deleted_tenants() as id`.execute(db);
  return rows.map(({ id }) => id);
}

/**
 * Deletes at most `atMost` rows of a marked restaurant, from the first table that has any, the
 * restaurant itself at last. Returns how many; 0 when nothing is left.
 */
export async function deleteTenantPage(
  tx: TenantTransaction,
  { atMost }: { readonly atMost: number },
): Promise<number> {
  for (const table of tenantTables) {
    const count = await deletePage(tx, table, atMost);
    if (count > 0) return count;
  }
  const { numDeletedRows } = await tx
    .deleteFrom("tenant")
    .where("id", "=", tx.tenantId)
    .where("deleted_at", "is not", null)
    .executeTakeFirstOrThrow();
  return Number(numDeletedRows);
}

async function deletePage(
  tx: TenantTransaction,
  table: (typeof tenantTables)[number],
  atMost: number,
): Promise<number> {
  if (table === "event") {
    const { rows } = await sql<{ purged: number }>`
      select purge_deleted_events(${atMost}::integer) as purged`.execute(tx);
    return rows[0]?.purged ?? 0;
  }
  if (table === "request_history") return deleteHistoryPage(tx, atMost);
  const name = sql.table(table);
  const { numAffectedRows } = await sql`
    delete from ${name} where tenant_id = ${tx.tenantId} and ctid = any (array(
      select ctid from ${name} where tenant_id = ${tx.tenantId} limit ${atMost}::integer))`.execute(
    tx,
  );
  return Number(numAffectedRows ?? 0n);
}

/**
 * Up to a key: a ctid is a place in one month, and every other month has a row there too. A join
 * with the rows of the page would read all rows of the restaurant for each page.
 */
async function deleteHistoryPage(tx: TenantTransaction, atMost: number): Promise<number> {
  const { numAffectedRows } = await sql`
    with page as (
      select created_at, id from request_history where tenant_id = ${tx.tenantId}
      order by created_at, id limit ${atMost}::integer
    ), last as (select created_at, id from page order by created_at desc, id desc limit 1)
    delete from request_history where tenant_id = ${tx.tenantId}
      and created_at <= (select created_at from last)
      and (created_at, id) <= (select created_at, id from last)`.execute(tx);
  return Number(numAffectedRows ?? 0n);
}
