/**
 * Starts to count. A clock that is set back makes nothing younger, and a device's sleep counts,
 * during which `performance.now()` may stand still.
 *
 * @param at - when it began, in ms since the epoch of this device's clock
 * @returns a function that returns the milliseconds since `at`
 */
export function elapsedSince(at: number = Date.now()): () => number {
  const before = Math.max(0, Date.now() - at);
  const start = performance.now();
  return () => Math.max(Date.now() - at, before + performance.now() - start);
}
