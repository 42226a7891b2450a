import { uuid } from "@waiter/contracts";
import { z } from "zod";

/** What a list is asked with. `cursor` is the `nextCursor` of the page before. */
export const pageQuery = z.strictObject({
  cursor: uuid.optional().describe("`nextCursor` of the page before"),
  limit: z.coerce.number().int().min(1).max(1_000).default(100).describe("Most entries of a page"),
});
/** Where the next page begins; absent on the last. */
export const nextCursor = uuid.optional();

/** One page of `found`, which was asked for with one entry more than the page may have. */
export function pageOf<T extends { readonly id: string }>(
  found: readonly T[],
  limit: number,
): { readonly page: readonly T[]; readonly nextCursor?: string } {
  const page = found.slice(0, limit);
  const last = page.at(-1);
  return found.length > limit && last !== undefined ? { page, nextCursor: last.id } : { page };
}
