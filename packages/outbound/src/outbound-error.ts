/**
 * Why no answer arrived:
 * - `url_refused`: neither `https:` nor `http:`, or the URL carries credentials
 * - `address_refused`: every address of the host is outside of what `AddressRules` allows
 * - `circuit_open`: the host failed repeatedly; nothing was sent
 * - `busy`: too many calls to this host or target are in flight; nothing was sent
 * - `timed_out`: no status line arrived in time
 * - `unreachable`: DNS, connection, TLS or protocol failed
 */
export type OutboundFailure =
  | "url_refused"
  | "address_refused"
  | "circuit_open"
  | "busy"
  | "timed_out"
  | "unreachable";

/** A call that brought no answer. Its message holds no URL: paths of push services are secrets. */
export class OutboundError extends Error {
  readonly reason: OutboundFailure;
  /** Of `busy` and `circuit_open`: how long a further call is refused as well, ms. */
  readonly retryInMs: number;

  constructor(
    reason: OutboundFailure,
    { cause, retryInMs = 0 }: { readonly cause?: unknown; readonly retryInMs?: number } = {},
  ) {
    super(`outgoing HTTP: ${reason}`, cause === undefined ? undefined : { cause });
    this.name = "OutboundError";
    this.reason = reason;
    this.retryInMs = retryInMs;
  }
}
