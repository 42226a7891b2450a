import type { Request, RequestType } from "@waiter/contracts";
import { useEffect, useState } from "preact/hooks";
import { texts } from "../texts.ts";

/** What a screen reader is told of the change from `before` (call id -> level): the newest call, or the newest escalation. */
export function announcementOf(
  before: ReadonlyMap<string, number>,
  calls: readonly Request[],
  types: readonly RequestType[],
): string | undefined {
  let text: string | undefined;
  for (const { id, level, table, type } of calls) {
    const label = types.find(({ key }) => key === type)?.label ?? type;
    const known = before.get(id);
    if (known === undefined) text = texts.board.announce(texts.table(table.label), label);
    else if (level > known) text = texts.board.announceEscalated(texts.table(table.label), label);
  }
  return text;
}

/** The newest announcement; what is there when the board opens is read in its own place. */
export function useAnnouncer(
  calls: readonly Request[],
  types: readonly RequestType[],
  ready: boolean,
): string {
  const [{ text }, setState] = useState<{ text: string; before?: ReadonlyMap<string, number> }>({
    text: "",
  });
  useEffect(() => {
    if (!ready) return;
    setState(({ text: last, before }) => ({
      text: (before === undefined ? undefined : announcementOf(before, calls, types)) ?? last,
      before: new Map(calls.map(({ id, level }) => [id, level])),
    }));
  }, [calls, types, ready]);
  return text;
}
