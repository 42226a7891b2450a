import { useEffect } from "preact/hooks";
import type { Floor } from "./read-floor.ts";

/** A device whose clock runs ahead asks so often. */
const shortestMs = 3_000;
/** The api has ended a mute by then. */
const graceMs = 500;

/** Reads the floor again when the next mute ends: no event tells that its time is over. */
export function useMuteEnds(tables: Floor["tables"], refresh: () => Promise<void>): void {
  useEffect(() => {
    const ends = tables.flatMap(({ mutedUntil }) => mutedUntil ?? []);
    if (ends.length === 0) return undefined;
    const untilMs = Math.min(...ends.map((end) => Date.parse(end))) - Date.now();
    const timer = setTimeout(() => void refresh(), Math.max(shortestMs, untilMs + graceMs));
    return () => clearTimeout(timer);
  }, [tables, refresh]);
}
