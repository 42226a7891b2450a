import { guestRequestsAnswer, type GuestRequestsAnswer } from "@waiter/contracts";
import { LRUCache } from "lru-cache";
import type { ApiClient } from "../api/api-client.ts";
import type { GuestSession } from "../session.ts";
import type { GuestEvent } from "./socket-event.ts";

/** How long an answer serves equal questions, ms. */
const mergeMs = 1_000;

/**
 * Guest `sync` -> `{ok, requests, now, staffOnline}` as `GET /api/guest/requests`, equal questions merged for a second:
 * the herd after a `resync` costs the api far fewer calls than there are guests.
 *
 * What is equal: the questions of one session (several tabs, a retry) always; those of one table only when the answer
 * holds no request, for then it is the same for all its guests. An answer with requests is its session's own: it carries
 * that session's notes and nobody else's, and no other guest may get them (nor lose its own).
 */
export function syncGuest(api: ApiClient, onAnswer: () => void): GuestEvent {
  const answers = new LRUCache<string, Promise<GuestRequestsAnswer>>({ max: 20_000, ttl: mergeMs });

  return {
    name: "sync",
    handle: async (session) => {
      const answer = await ask(session);
      onAnswer();
      return { ok: true, ...answer };
    },
  };

  async function ask(session: GuestSession): Promise<GuestRequestsAnswer> {
    const own = `session ${session.tenantId} ${session.sid}`;
    const ofTable = `table ${session.tenantId} ${session.tableId}`;
    const mine = answers.get(own);
    if (mine !== undefined) return mine;
    const shared = answers.get(ofTable);
    if (shared === undefined) return remember(session, own, ofTable);
    const answer = await shared.catch(() => undefined);
    if (answer?.requests.length === 0) return answer;
    return answers.get(own) ?? remember(session, own);
  }

  function remember(session: GuestSession, ...names: string[]): Promise<GuestRequestsAnswer> {
    const asked = api.call({ method: "GET", path: "/api/guest/requests", caller: session, answer: guestRequestsAnswer });
    for (const name of names) answers.set(name, asked);
    // A failure is nobody else's answer.
    asked.catch(() => {
      for (const name of names) if (answers.peek(name) === asked) answers.delete(name);
    });
    return asked;
  }
}
