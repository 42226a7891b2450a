import { nextTurn } from "./next-turn.ts";

/**
 * Hands the items over by `size`, a slice per turn of the event loop, which serves others between
 * two of them. The first slice is handed over at once, each later one in a turn without a slice of
 * another work ({@link nextTurn}). Ends early when `run` answers false.
 */
export async function inTurns<T>(
  items: Iterable<T>,
  size: number,
  run: (slice: readonly T[]) => unknown,
): Promise<void> {
  let slice: T[] = [];
  let isFirst = true;
  for (const item of items) {
    if (slice.length === size) {
      if (!isFirst) await nextTurn();
      isFirst = false;
      if (run(slice) === false) return;
      slice = [];
    }
    slice.push(item);
  }
  if (slice.length === 0) return;
  if (!isFirst) await nextTurn();
  run(slice);
}
