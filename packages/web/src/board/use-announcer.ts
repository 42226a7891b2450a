import type { Request } from "@waiter/contracts";
import { useEffect, useRef, useState } from "preact/hooks";

export interface Announcer {
  /** A request that was not there before. */
  readonly news: (request: Request) => string;
  /** A request whose level has risen. */
  readonly late: (request: Request) => string;
}

/** What a screen reader reads after the change from `before` (request id -> level): every new or late request. */
export function announcementOf(
  before: ReadonlyMap<string, number>,
  requests: readonly Request[],
  { news, late }: Announcer,
): string | undefined {
  const texts = requests.flatMap((request) => {
    const known = before.get(request.id);
    if (known === undefined) return news(request);
    return request.level > known ? late(request) : [];
  });
  return texts.length === 0 ? undefined : texts.slice(-3).join(". ");
}

export interface Announcement {
  readonly text: string;
  /** Another one for each announcement: a text that is the same again is read again. */
  readonly key: number;
}

/** The newest announcement; what waits when the board opens is read in its own place. */
export function useAnnouncer(
  requests: readonly Request[],
  announcer: Announcer,
  ready: boolean,
): Announcement {
  const [{ text, key }, setState] = useState<
    Announcement & { readonly before?: ReadonlyMap<string, number> }
  >({ text: "", key: 0 });
  const latest = useRef(announcer);
  latest.current = announcer;
  useEffect(() => {
    if (!ready) return;
    setState((last) => {
      const { before } = last;
      const next = before && announcementOf(before, requests, latest.current);
      return {
        text: next ?? last.text,
        key: next === undefined ? last.key : last.key + 1,
        before: new Map(requests.map((request) => [request.id, request.level])),
      };
    });
  }, [requests, ready]);
  return { text, key };
}
