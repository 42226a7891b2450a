/** The longest pause that a server may ask for, ms. */
const longestMs = 3_600_000;

/**
 * Reads a Retry-After header (RFC 9110: seconds or an HTTP date) as ms from now, at most an hour;
 * undefined when it is absent or malformed.
 */
export function retryAfterMs(value: string | undefined, now = Date.now()): number | undefined {
  if (value === undefined) return undefined;
  const ms = /^\d{1,9}$/.test(value.trim()) ? Number(value) * 1_000 : Date.parse(value) - now;
  return Number.isNaN(ms) ? undefined : Math.min(longestMs, Math.max(0, ms));
}
