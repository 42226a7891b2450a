/**
 * - `connecting`: connecting or catching up
 * - `live`: connected and caught up
 * - `degraded`: live, but the gateway has no Redis: events may be seconds late
 * - `stale`: connected but silent for too long; a probe is under way
 * - `polling`: no gateway is reachable, HTTP answers
 * - `offline`: neither gateway nor api answers
 * - `closed`: by `close()` or by a final refusal
 */
export type ConnectionState =
  | "connecting"
  | "live"
  | "degraded"
  | "stale"
  | "polling"
  | "offline"
  | "closed";
