import { queryInteger, uuid } from "@waiter/contracts";
import type { TenantTransaction } from "@waiter/database";
import { AppError } from "@waiter/errors";
import { z } from "zod";
import { retiredFlag } from "./flag.ts";

/** Entries of a page at most. */
const longestPage = 1_000;

/** Query of a list. */
export const pageQuery = z.strictObject({
  cursor: uuid.optional().describe("`nextCursor` of the page before"),
  limit: queryInteger(1, longestPage).default(100).describe("Most entries of a page"),
});
/**
 * Query of a list whose active members have a limit of their own: without `limit` they are one
 * page, and those with retired ones are 1,000 a page.
 */
export const wholeListQuery = <Cursor extends z.ZodType>(cursor: Cursor) =>
  z
    .strictObject({
      cursor: cursor.optional().describe("`nextCursor` of the page before"),
      limit: queryInteger(1, longestPage)
        .optional()
        .describe("Most entries of a page; 1,000 with `retired=true`, else without limit"),
      retired: retiredFlag,
    })
    .transform((query) => ({
      ...query,
      limit: query.limit ?? (query.retired ? longestPage : undefined),
    }));

/** Cursor of the next page; absent on the last. */
export const nextCursor = uuid.optional();

/** One page of `found`, which has one entry more than the page may have, if that is limited. */
export function pageOf<T extends { readonly id: string } | { readonly key: string }>(
  found: readonly T[],
  limit: number | undefined,
): { readonly page: readonly T[]; readonly nextCursor?: string } {
  if (limit === undefined || found.length <= limit) return { page: found };
  const page = found.slice(0, limit);
  const last = page.at(-1);
  return last === undefined ? { page } : { page, nextCursor: "id" in last ? last.id : last.key };
}

/** What a query must find so that {@link pageOf} knows whether there is a next page. */
export const oneMore = (limit: number | undefined): number | undefined =>
  limit === undefined ? undefined : limit + 1;

/**
 * Refuses a cursor that names no row of the tenant, another tenant's included: the end of the list
 * would be the same empty page. A page with rows proves its cursor.
 * @throws {AppError} `not_found`
 */
export async function requireCursor(
  tx: TenantTransaction,
  tables: readonly ("dining_table" | "delivery" | "request" | "request_history" | "staff")[],
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
