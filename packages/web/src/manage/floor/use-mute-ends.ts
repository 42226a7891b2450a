import { useEffect } from "preact/hooks";
import { useManage } from "../shared/manage-context.ts";
import type { Floor } from "./read-floor.ts";

/** A mute whose end is over and that is still read is asked about so often. */
const shortestMs = 3_000;
/** The api has ended a mute by then. */
const graceMs = 500;

/**
 * Reads the floor again when the next mute ends, by the server's time: no event tells that its time
 * is over.
 */
export function useMuteEnds(tables: Floor["tables"], refresh: () => Promise<void>): void {
  const { api } = useManage();
  useEffect(() => {
    const ends = tables.flatMap(({ mutedUntil }) => mutedUntil ?? []);
    if (ends.length === 0) return undefined;
    const untilMs = Math.min(...ends.map((end) => Date.parse(end))) - api.serverNow();
    const timer = setTimeout(() => void refresh(), Math.max(shortestMs, untilMs + graceMs));
    return () => clearTimeout(timer);
  }, [api, tables, refresh]);
}
