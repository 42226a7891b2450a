import { headsAnswer, limits, type HeadsAnswer } from "@waiter/contracts";
import type { ApiClient } from "../api/api-client.ts";

export type TrueHead = HeadsAnswer["heads"][number];

/**
 * Heads of these tenants in Postgres, read through the api in batches. A batch that fails goes to
 * `onFailure`; the heads of the other batches are returned.
 */
export async function askHeads(
  api: Pick<ApiClient, "call">,
  tenants: readonly string[],
  onFailure: (error: unknown, tenants: number) => void,
): Promise<TrueHead[]> {
  const heads: TrueHead[] = [];
  for (let start = 0; start < tenants.length; start += limits.headsBatch) {
    const body = { tenants: tenants.slice(start, start + limits.headsBatch) };
    try {
      const answer = await api.call({
        method: "POST",
        path: "/internal/heads",
        body,
        answer: headsAnswer,
      });
      heads.push(...answer.heads);
    } catch (error) {
      onFailure(error, body.tenants.length);
    }
  }
  return heads;
}

/** One tenant's head, straight from Postgres. Rejects where the api or Postgres does not answer. */
export const askOneHead = (api: Pick<ApiClient, "call">, tenantId: string): Promise<HeadsAnswer> =>
  api.call({
    method: "POST",
    path: "/internal/heads",
    body: { tenants: [tenantId] },
    answer: headsAnswer,
  });
