import { useEffect, useRef, useState } from "preact/hooks";
import { hold, type Held, type HoldOptions } from "./hold.ts";
import { msUntilCalm } from "./last-touch.ts";

const calmMs = 600;

/**
 * The items in the order in which they may be shown now: what is on screen keeps its place for 600
 * ms after the last touch, and what leaves its group keeps it for a moment longer, so that nothing
 * slides under a finger.
 */
export function useHeldList<T>(
  items: readonly T[],
  options: HoldOptions<T> & {
    /** The person moves the items: their places follow at once. */
    readonly isFree?: boolean;
  },
): readonly Held<T>[] {
  const shown = useRef<readonly Held<T>[]>(undefined);
  const pendingSince = useRef<number | undefined>(undefined);
  const [, setCount] = useState(0);
  const now = performance.now();
  // What was never on screen has no place to keep.
  const isFree = options.isFree === true || shown.current === undefined;
  const next = hold(shown.current ?? [], items, {
    ...options,
    now,
    touching: !isFree && msUntilCalm(calmMs) > 0,
    pendingSince: pendingSince.current,
  });
  shown.current = next.shown;
  pendingSince.current = next.pending ? (pendingSince.current ?? now) : undefined;

  const wakeInMs = Math.min(
    next.pending ? Math.max(50, msUntilCalm(calmMs)) : Number.POSITIVE_INFINITY,
    ...next.shown.map(({ until }) =>
      until === undefined ? Number.POSITIVE_INFINITY : until - now,
    ),
  );
  useEffect(() => {
    if (!Number.isFinite(wakeInMs)) return undefined;
    const timer = setTimeout(() => setCount((count) => count + 1), Math.max(20, wakeInMs));
    return () => clearTimeout(timer);
  });
  return next.shown;
}
