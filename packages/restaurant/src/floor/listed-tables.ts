import type { Table } from "@waiter/contracts";
import { listTables, type ListedTable, type TenantTransaction } from "@waiter/database";

/**
 * Of these ids, the active tables as every waiter may read them: without codes. In the owner's
 * order.
 */
export async function listedTables(
  tx: TenantTransaction,
  ids: readonly string[],
): Promise<Table[]> {
  return (await listTables(tx, { ids })).map(withoutCode);
}

/** A table as every waiter may read it. */
export const withoutCode = ({ token: _token, ...table }: ListedTable): Table => table;
