/**
 * - `connecting`: connecting or catching up
 * - `live`: connected and caught up
 * - `degraded`: live, but the gateway has no Redis, so that events may be seconds late, or reports
 *   that the api is away, so that nothing can be requested or done: see `PathState`
 * - `stale`: connected, but a probe is not answered; HTTP is polled meanwhile
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

/**
 * Whether a guest's request reaches the screens now, as far as this client knows.
 * - `ok`: gateway and api work
 * - `late`: within seconds, by polling or by a gateway without Redis
 * - `broken`: not at all: nothing answers, or the gateway reports that the api is away
 * - `unknown`: not known yet, or no longer
 */
export type PathState = "ok" | "late" | "broken" | "unknown";

/** @param apiReachable what the gateway last said about the api; undefined where it says nothing */
export function pathOf(state: ConnectionState, apiReachable: boolean | undefined): PathState {
  switch (state) {
    case "live":
      return apiReachable === false ? "broken" : "ok";
    case "degraded":
      return apiReachable === false ? "broken" : "late";
    case "polling":
      return "late";
    case "offline":
    case "closed":
      return "broken";
    case "connecting":
    case "stale":
      return "unknown";
  }
}
