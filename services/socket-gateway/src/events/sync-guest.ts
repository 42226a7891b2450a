import { guestRequestsAnswer, type GuestRequestsAnswer } from "@waiter/contracts";
import { LRUCache } from "lru-cache";
import type { ApiClient } from "../api/api-client.ts";
import type { GuestSession } from "../handshake/session.ts";
import type { GuestEvent } from "./socket-event.ts";

/** How long one answer of the api is shared, in ms. */
const mergeMs = 1_000;

/**
 * Guest `sync` -> `{ok, requests, now, staffOnline}` as `GET /api/guest/requests`. The tabs and
 * retries of one session share an answer for a second. Two sessions never share one: each answer
 * holds the session's own notes and closed requests.
 */
export function syncGuest(api: Pick<ApiClient, "call">, onAnswer: () => void): GuestEvent {
  const answers = new LRUCache<string, Promise<GuestRequestsAnswer>>({ max: 20_000, ttl: mergeMs });

  return {
    name: "sync",
    handle: async (session) => {
      const key = `${session.tenantId} ${session.sid}`;
      const answer = await (answers.get(key) ?? ask(key, session));
      onAnswer();
      return { ok: true, ...answer };
    },
  };

  function ask(key: string, session: GuestSession): Promise<GuestRequestsAnswer> {
    const asked = api.call({
      method: "GET",
      path: "/api/guest/requests",
      caller: session,
      answer: guestRequestsAnswer,
    });
    answers.set(key, asked);
    // A failure is not shared.
    asked.catch(() => {
      if (answers.peek(key) === asked) answers.delete(key);
    });
    return asked;
  }
}
