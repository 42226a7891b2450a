import { headsAnswer, limits, type HeadsAnswer } from "@waiter/contracts";
import { inTurns } from "@waiter/lifecycle";
import type { ApiClient } from "../api/api-client.ts";
import type { ClockReading } from "./database-clock.ts";

export type TrueHead = HeadsAnswer["heads"][number];

/** Heads of one turn of the event loop: a few milliseconds. */
const headsPerTurn = 250;

/** The tenants of a question that have no head in its answer. */
export interface WithoutHead {
  /** Of failed batches: ask again. */
  readonly unanswered: readonly string[];
  /**
   * The api says that there are no such tenants: they were deleted. None where it knows no tenant
   * of a batch: its database may be about to be restored.
   */
  readonly unknown: readonly string[];
}

/**
 * Heads of these tenants in Postgres, read through the api in batches. An answered batch goes to
 * `take`, 250 heads in a turn of the event loop, a failed batch to `onFailure`.
 */
export async function askHeads(
  api: Pick<ApiClient, "call">,
  tenants: readonly string[],
  take: TakeHeads,
  onFailure: (error: unknown, tenants: number) => void,
): Promise<WithoutHead> {
  const unanswered: string[] = [];
  const unknown: string[] = [];
  for (let start = 0; start < tenants.length; start += limits.headsBatch) {
    const body = { tenants: tenants.slice(start, start + limits.headsBatch) };
    try {
      const answer = await api.call({
        method: "POST",
        path: "/internal/heads",
        body,
        answer: headsAnswer,
      });
      const known = new Set(answer.heads.map(({ tenant }) => tenant));
      if (known.size > 0) unknown.push(...body.tenants.filter((tenant) => !known.has(tenant)));
      await inTurns(answer.heads, headsPerTurn, take);
    } catch (error) {
      onFailure(error, body.tenants.length);
      unanswered.push(...body.tenants);
    }
  }
  return { unanswered, unknown };
}

/** Gets the heads of each page, or of a part of it. */
export type TakeHeads = (heads: readonly TrueHead[]) => void;

/** Where the next question begins. Void: the position said nothing, all tenants must be compared. */
export interface AskedChanges {
  readonly next: string;
  readonly isVoid: boolean;
}

/**
 * Heads of the tenants of the whole deployment that changed after a position, page by page; "" asks
 * for a first position. Undefined from an api of 0.2. Rejects where a page is not answered: ask
 * again from the same position.
 */
export async function askChanges(
  api: Pick<ApiClient, "call">,
  since: string,
  take: TakeHeads,
  onClock: (reading: ClockReading) => void,
): Promise<AskedChanges | undefined> {
  let next: string | undefined;
  let page: string | undefined = since;
  while (page !== undefined) {
    const askedAt = performance.now();
    const answer: HeadsAnswer = await api.call({
      method: "POST",
      path: "/internal/heads",
      body: { tenants: [], since: page },
      answer: headsAnswer,
    });
    const { databaseNow } = answer;
    if (databaseNow !== undefined) onClock({ askedAt, answeredAt: performance.now(), databaseNow });
    if (answer.next === undefined) return undefined;
    if (answer.void === true) return { next: answer.next, isVoid: true };
    take(answer.heads);
    // The first page's position: what a later page answered above it may not be all.
    next ??= answer.next;
    page = answer.more;
  }
  return next === undefined ? undefined : { next, isVoid: false };
}

/** One tenant's head, straight from Postgres. Rejects where the api or Postgres does not answer. */
export const askOneHead = (api: Pick<ApiClient, "call">, tenantId: string): Promise<HeadsAnswer> =>
  api.call({
    method: "POST",
    path: "/internal/heads",
    body: { tenants: [tenantId] },
    answer: headsAnswer,
  });
