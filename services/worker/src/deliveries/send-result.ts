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

/** A little more than an answer asks for, ms. */
const busyMs = 1_000;

/** Nothing was sent: again after the pause, and at most half of it later. */
export const pauseAgain = (pauseMs: number): number => pauseMs * (1 + Math.random() / 2);

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
    case "circuit_open":
      return { outcome: "later", reason, inMs: pauseAgain(error.retryInMs) };
    case "timed_out":
    case "unreachable":
      return { outcome: "retry", reason };
    case "address_refused":
    case "url_refused":
      return { outcome: "refused", reason };
  }
}
