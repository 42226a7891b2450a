import { randomUUID } from "node:crypto";
import type { LocalSystem } from "../system/local-system.ts";
import { post } from "../system/tokens.ts";

/** What the callers met. */
export interface Calls {
  /** Milliseconds of each create that was answered. */
  readonly took: number[];
  /** When each request was acknowledged, by its id: `performance.now()`. */
  readonly acknowledged: Map<string, number>;
  failed: number;
}

export const noCalls = (): Calls => ({ took: [], acknowledged: new Map(), failed: 0 });

/** The guests that make the calls, at the first tables of the demo; pages are at the others. */
export const callers = 4;

/**
 * Sends requests and their cancellations, `perSecond` in all, until the signal: the callers who
 * notice a storm. Each call counts in what `calls()` returns when it is made.
 */
export async function callUntil(
  signal: AbortSignal,
  system: LocalSystem,
  { perSecond, calls }: { perSecond: number; calls: () => Calls },
): Promise<void> {
  const { api, tables } = system.local();
  const host = system.tenantHost;
  const guests = await Promise.all(
    tables.slice(0, callers).map(async ({ token }) => {
      const answer = await post(api, "/api/guest/sessions", host, { tableToken: token });
      return { authorization: `Bearer ${(answer as { accessToken: string }).accessToken}` };
    }),
  );
  const send = (path: string, body: object, guest: Record<string, string> | undefined) =>
    post(api, path, host, body, { ...guest, "idempotency-key": randomUUID() });
  const one = async (index: number): Promise<void> => {
    const guest = guests[index % guests.length];
    const startedAt = performance.now();
    const counts = calls();
    try {
      const answer = await send("/api/guest/requests", { type: "water" }, guest);
      const { id } = (answer as { request: { id: string } }).request;
      const now = performance.now();
      counts.took.push(now - startedAt);
      counts.acknowledged.set(id, now);
      await send(`/api/guest/requests/${id}/cancel`, {}, guest);
    } catch {
      counts.failed += 1;
    }
  };
  const pending = new Set<Promise<void>>();
  for (let index = 0; !signal.aborted; index += 1) {
    const sent = one(index).finally(() => pending.delete(sent));
    pending.add(sent);
    await new Promise((resolve) => setTimeout(resolve, 2_000 / perSecond));
  }
  await Promise.all(pending);
}
