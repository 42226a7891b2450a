import type { Post } from "./push-host.ts";
import type { Facts } from "./recount.ts";

/**
 * Compares what the push service received with the ledger: no push without a row of that person and
 * request, none more often than its rows, but for one per killed worker.
 */
export function recountPosts(
  evenings: readonly Facts[],
  posts: readonly Post[],
  kills: number,
): { readonly problems: string[]; readonly duplicates: number } {
  const key = (staffId: string | null, requestId: string) => `${staffId} ${requestId}`;
  const rows = Map.groupBy(
    evenings.flatMap((one) => one.rows).filter(({ staffId }) => staffId !== null),
    ({ staffId, requestId }) => key(staffId, requestId),
  );
  const problems: string[] = [];
  let duplicates = 0;
  const accepted = posts.filter(({ status }) => status === 201);
  for (const [name, list] of Map.groupBy(accepted, (post) => key(post.staffId, post.requestId))) {
    const pushed = rows.get(name)?.filter(({ channel }) => channel === "push").length ?? 0;
    if (pushed === 0) problems.push(`a push without a row: ${name}`);
    duplicates += Math.max(0, list.length - pushed);
  }
  if (duplicates > kills)
    problems.push(`${duplicates} duplicate pushes for ${kills} killed workers`);
  return { problems, duplicates };
}
