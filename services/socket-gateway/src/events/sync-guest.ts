import {
  guestCheck,
  guestRequestsAnswer,
  type GuestRequestsAnswer,
  type Head,
} from "@waiter/contracts";
import type { ApiClient } from "../api/api-client.ts";
import type { GuestSession } from "../handshake/session.ts";
import type { GuestEvent } from "./socket-event.ts";

interface Questions {
  /** Asked of the api; its answer may be older than a later question. */
  readonly running: Promise<GuestRequestsAnswer>;
  /** Asked as soon as the running one is answered; shared by all who ask until then. */
  next: Promise<GuestRequestsAnswer> | undefined;
}
export interface SyncGuestDeps {
  readonly api: Pick<ApiClient, "call">;
  /** Whether the table's subscription is confirmed, after a wait of some seconds at most. */
  readonly subscribed: (session: GuestSession) => Promise<boolean>;
  /** An answer was read before the confirmation. */
  readonly onEarly: (session: GuestSession, answer: GuestRequestsAnswer) => void;
  /** Up to where the table is as at this position; undefined where it may have changed. */
  readonly unchanged: (session: GuestSession, position: Head) => Promise<Head | undefined>;
  readonly onAnswer: (result: "guest" | "unchanged") => void;
}

/**
 * Guest `sync` -> `{ok, requests, now, staffOnline, epoch, seq}` as `GET /api/guest/requests`.
 *
 * The answer waits for the table's subscription: later changes arrive through the room. A session
 * has one question under way at a time; those that arrive meanwhile share the next one. So an
 * answer is never older than its question, and a change that was acknowledged or delivered before
 * is in it (G3). Two sessions share nothing: each answer holds the session's own notes.
 *
 * With `check: true` and a position the answer is `{ok, unchanged: true, epoch, seq}` where the
 * table is as at that position: the periodic question of a guest that waits for something.
 */
export function syncGuest(deps: SyncGuestDeps): GuestEvent {
  const { api, subscribed, onEarly, unchanged, onAnswer } = deps;
  const sessions = new Map<string, Questions>();

  return {
    name: "sync",
    handle: async (session, payload) => {
      const check = guestCheck.safeParse(payload);
      const head = check.success ? await unchanged(session, check.data) : undefined;
      if (head !== undefined) {
        onAnswer("unchanged");
        return { ok: true, unchanged: true, ...head };
      }
      const isSubscribed = await subscribed(session);
      const answer = await ask(session);
      if (!isSubscribed) onEarly(session, answer);
      onAnswer("guest");
      return { ok: true, ...answer };
    },
  };

  function ask(session: GuestSession): Promise<GuestRequestsAnswer> {
    const key = `${session.tenantId} ${session.sid}`;
    const questions = sessions.get(key);
    if (questions === undefined) return begin(key, session);
    questions.next ??= questions.running.catch(() => undefined).then(() => begin(key, session));
    return questions.next;
  }

  function begin(key: string, session: GuestSession): Promise<GuestRequestsAnswer> {
    const running = api.call({
      method: "GET",
      path: "/api/guest/requests",
      caller: session,
      answer: guestRequestsAnswer,
    });
    const questions: Questions = { running, next: undefined };
    sessions.set(key, questions);
    const end = (): void => {
      if (questions.next === undefined && sessions.get(key) === questions) sessions.delete(key);
    };
    running.then(end, end);
    return running;
  }
}
