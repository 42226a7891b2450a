import { queryInteger, uuid } from "@waiter/contracts";
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
