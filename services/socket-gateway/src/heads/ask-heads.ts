import { headsAnswer, limits, type HeadsAnswer } from "@waiter/contracts";
import type { ApiClient } from "../api/api-client.ts";

export type TrueHead = HeadsAnswer["heads"][number];

/** Heads of these tenants in Postgres, read through the api in batches; rejects if one fails. */
export async function askHeads(api: ApiClient, tenants: readonly string[]): Promise<TrueHead[]> {
  const heads: TrueHead[] = [];
  for (let start = 0; start < tenants.length; start += limits.headsBatch) {
    const body = { tenants: tenants.slice(start, start + limits.headsBatch) };
    const answer = await api.call({
      method: "POST",
      path: "/internal/heads",
      body,
      answer: headsAnswer,
    });
    heads.push(...answer.heads);
  }
  return heads;
}
