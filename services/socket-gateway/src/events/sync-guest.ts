import { guestRequestsAnswer, type GuestRequestsAnswer } from "@waiter/contracts";
import { LRUCache } from "lru-cache";
import type { ApiClient } from "../api/api-client.ts";
import type { GuestSession } from "../handshake/session.ts";
import type { GuestEvent } from "./socket-event.ts";

/** How long an answer serves equal questions, ms. */
const mergeMs = 1_000;

/**
 * Guest `sync` -> `{ok, requests, now, staffOnline}` as `GET /api/guest/requests`, equal questions merged for a second.
 *
 * Equal are the questions of one session: its tabs, its retries. Those of two sessions never are, not even where the
 * answer holds nothing: each shows its own notes and what was closed of its own calls, and a guest who got another's
 * answer would lose them.
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
    // A failure is nobody else's answer.
    asked.catch(() => {
      if (answers.peek(key) === asked) answers.delete(key);
    });
    return asked;
  }
}
