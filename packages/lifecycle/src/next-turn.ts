import { setImmediate } from "node:timers";

/** Those who wait for a turn, in the order of their calls. */
const waiting: (() => void)[] = [];

/**
 * Resolves in a later turn of the event loop, for one caller per turn: works that go on at the same
 * time hold the loop for the slice of one of them, not for the sum of their slices.
 */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    waiting.push(resolve);
    if (waiting.length === 1) setImmediate(serve);
  });
}

function serve(): void {
  waiting.shift()?.();
  if (waiting.length > 0) setImmediate(serve);
}
