import { newTableToken, type Database, type ListedTable } from "@waiter/database";
import { AppError } from "@waiter/errors";
import { change, type ChangeContext, type Changed } from "../change.ts";
import { codeOf, onlyTable } from "./tables.ts";

export interface Rotated extends Changed<{ table: ListedTable }> {
  /** What the old code's guest sessions carry: to be announced as ended. Absent in a replay. */
  readonly endedCode?: string;
}

/**
 * Gives a table a new code: one `table.updated`, which does not hold it. The old code, and what was
 * checked with it, end. The stored answer has no code; a replay shows the table's code of that
 * moment. Throws `not_found`, also for a retired table.
 */
export async function rotateCode(
  database: Database,
  context: ChangeContext,
  id: string,
): Promise<Rotated> {
  let endedCode: string | undefined;
  const changed = await change<{ table: ListedTable }>(
    database,
    context,
    "table.rotate",
    { id },
    async (tx, log) => {
      const before = await tx
        .selectFrom("dining_table")
        .select("code_id")
        .where("tenant_id", "=", tx.tenantId)
        .where("id", "=", id)
        .where("retired_at", "is", null)
        .forNoKeyUpdate()
        .executeTakeFirst();
      if (before === undefined) throw new AppError("not_found");
      const { token } = await tx
        .updateTable("dining_table")
        .set({ token: newTableToken(), checked_at: null })
        .where("tenant_id", "=", tx.tenantId)
        .where("id", "=", id)
        .returning("token")
        .executeTakeFirstOrThrow();
      endedCode = before.code_id;
      const table = await onlyTable(tx, id);
      return {
        status: 200,
        body: { table: { ...table, token } },
        events: [log("table.updated", { table })],
      };
    },
    {
      seal: ({ table: { token: _token, ...table } }) => ({ table }),
      reveal: async (tx, { table }) => ({ table: { ...table, token: await codeOf(tx, id) } }),
    },
  );
  return { ...changed, ...(!changed.replayed && endedCode !== undefined && { endedCode }) };
}
