import { OutboundError, retryAfterMs, type OutboundAnswer } from "@waiter/outbound";

/**
 * How one call went:
 * - `accepted`: the other side took the message
 * - `gone`: a push service does not know this subscription any more
 * - `later`: again in `inMs`, which costs no attempt
 * - `retry`: again after a growing pause, as long as attempts are left
 * - `refused`: sending it again cannot help
 */
export type SendResult =
  | { readonly outcome: "accepted" }
  | { readonly outcome: "gone" | "retry" | "refused"; readonly reason: string }
  | { readonly outcome: "later"; readonly reason: string; readonly inMs: number };

/** Between half and one and a half of it, so that what failed together is not sent together. */
const spread = (ms: number): number => ms * (0.5 + Math.random());

/** Nothing was sent: the same call again, a little later. */
const busyMs = 1_000;
const openMs = 5_000;

/** What the status of an answer means; `Retry-After` is honoured. */
export function readStatus({ status, retryAfter }: OutboundAnswer): SendResult {
  const reason = `http_${status}`;
  if (status >= 200 && status < 300) return { outcome: "accepted" };
  if (status === 429 || status === 503) {
    const wait = retryAfterMs(retryAfter);
    if (wait !== undefined) return { outcome: "later", reason, inMs: wait + spread(busyMs) };
  }
  if (status === 408 || status === 425 || status === 429 || status >= 500)
    return { outcome: "retry", reason };
  return { outcome: "refused", reason };
}

/** What the absence of an answer means. Rethrows what is no failure of the call. */
export function readFailure(error: unknown): SendResult {
  if (!(error instanceof OutboundError)) throw error;
  const { reason } = error;
  switch (reason) {
    case "busy":
      return { outcome: "later", reason, inMs: spread(busyMs) };
    case "circuit_open":
      return { outcome: "later", reason, inMs: spread(openMs) };
    case "timed_out":
    case "unreachable":
      return { outcome: "retry", reason };
    case "address_refused":
    case "url_refused":
      return { outcome: "refused", reason };
  }
}
