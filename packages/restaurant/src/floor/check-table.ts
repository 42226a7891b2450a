import type { Table } from "@waiter/contracts";
import { findTableByToken, type Database } from "@waiter/database";
import { AppError } from "@waiter/errors";
import { sql } from "kysely";
import { change, type ChangeContext, type Changed } from "../change.ts";
import { onlyTable } from "./tables.ts";

/**
 * Notes that a signed-in phone has scanned the code on a table: the table's `checkedAt`. Within a
 * minute of the last check nothing changes. Throws `not_found` where no active table has the code.
 */
export const checkTable = (
  database: Database,
  context: ChangeContext,
  input: { readonly tableToken: string },
): Promise<Changed<{ table: Table }>> =>
  change(database, context, "table.check", input, async (tx, log) => {
    const found = await findTableByToken(tx, input.tableToken);
    if (found === undefined) throw new AppError("not_found");
    const { numUpdatedRows } = await tx
      .updateTable("dining_table")
      .set({ checked_at: sql<Date>`now()` })
      .where("tenant_id", "=", tx.tenantId)
      .where("id", "=", found.id)
      .where("token", "=", input.tableToken)
      .where(sql<boolean>`coalesce(checked_at < now() - interval '1 minute', true)`)
      .executeTakeFirstOrThrow();
    const table = await onlyTable(tx, found.id);
    const events = numUpdatedRows > 0n ? [log("table.updated", { table })] : [];
    return { status: 200, body: { table }, events };
  });
