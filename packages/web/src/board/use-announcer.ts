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

/** The newest announcement; what waits when the board opens is read in its own place. */
export function useAnnouncer(
  requests: readonly Request[],
  announcer: Announcer,
  ready: boolean,
): string {
  const [{ text }, setState] = useState<{ text: string; before?: ReadonlyMap<string, number> }>({
    text: "",
  });
  const latest = useRef(announcer);
  latest.current = announcer;
  useEffect(() => {
    if (!ready) return;
    setState(({ text: last, before }) => ({
      text:
        (before === undefined ? undefined : announcementOf(before, requests, latest.current)) ??
        last,
      before: new Map(requests.map(({ id, level }) => [id, level])),
    }));
  }, [requests, ready]);
  return text;
}
