import { queryInteger, uuid } from "@waiter/contracts";
import type { TenantTransaction } from "@waiter/database";
import { AppError } from "@waiter/errors";
import { z } from "zod";

/** Query of a list. */
export const pageQuery = z.strictObject({
  cursor: uuid.optional().describe("`nextCursor` of the page before"),
  limit: queryInteger(1, 1_000).default(100).describe("Most entries of a page"),
});
/** Cursor of the next page; absent on the last. */
export const nextCursor = uuid.optional();

/** One page of `found`, which has one entry more than the page may have. */
export function pageOf<T extends { readonly id: string }>(
  found: readonly T[],
  limit: number,
): { readonly page: readonly T[]; readonly nextCursor?: string } {
  const page = found.slice(0, limit);
  const last = page.at(-1);
  return found.length > limit && last !== undefined ? { page, nextCursor: last.id } : { page };
}

/**
 * Refuses a cursor that names no row of the tenant, another tenant's included: the end of the list
 * would be the same empty page. A page with rows proves its cursor.
 * @throws {AppError} `not_found`
 */
export async function requireCursor(
  tx: TenantTransaction,
  tables: readonly ("dining_table" | "delivery" | "request" | "request_history")[],
  { cursor, found }: { readonly cursor: string | undefined; readonly found: readonly unknown[] },
): Promise<void> {
  if (cursor === undefined || found.length > 0) return;
  for (const table of tables) {
    const row = await tx
      .selectFrom(table)
      .select("id")
      .where("tenant_id", "=", tx.tenantId)
      .where("id", "=", cursor)
      .executeTakeFirst();
    if (row !== undefined) return;
  }
  throw new AppError("not_found");
}
