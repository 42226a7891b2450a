const firstPauseMs = 5_000;
const longestPauseMs = 30_000;

/**
 * Milliseconds until the next reading after so many failed ones: 5 s, 10 s, 20 s, then 30 s, and up
 * to a quarter more. Pages that met the same outage do not ask together.
 */
export const retryPause = (failures: number): number =>
  Math.min(longestPauseMs, firstPauseMs * 2 ** (failures - 1)) * (1 + Math.random() / 4);
