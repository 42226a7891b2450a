import type { RefusalCode } from "@waiter/contracts";
import { isRecord } from "./guards.ts";
import { backoff, jitter, type Timing } from "./timing.ts";

/** What a handshake's failure asks for. */
export type Verdict =
  /** No gateway was reached: try again, and poll meanwhile. */
  | { readonly action: "retry"; readonly delayMs: number; readonly code?: RefusalCode }
  /** The token is at fault: get another one first. */
  | { readonly action: "renew"; readonly delayMs: number; readonly code: RefusalCode }
  /** It will never be let in. */
  | { readonly action: "stop"; readonly code: RefusalCode };

const bounded = (ms: number): number => Math.min(30_000, Math.max(1_000, ms));

/**
 * Judges a `connect_error`. A gateway's refusal carries `data.code`; anything else is a transport's failure (a 503 at the
 * upgrade included), which backs off. `retryAfterMs` is kept to 1-30 s and spread, so that the refused do not return as one.
 */
export function judgeRefusal(
  error: unknown,
  attempt: number,
  timing: Timing,
  random: () => number,
): Verdict {
  const data =
    isRecord(error) || error instanceof Error ? (error as { data?: unknown }).data : undefined;
  if (!isRecord(data) || typeof data.code !== "string")
    return { action: "retry", delayMs: backoff(attempt, timing, random) };
  const code = data.code as RefusalCode;
  if (code === "tenant_unknown" || code === "tenant_mismatch") return { action: "stop", code };
  const asked =
    typeof data.retryAfterMs === "number" && data.retryAfterMs > 0 ? data.retryAfterMs : undefined;
  if (code === "token_expired" || code === "unauthorized")
    return {
      action: "renew",
      delayMs: attempt === 0 ? 0 : bounded(backoff(attempt, timing, random)),
      code,
    };
  return {
    action: "retry",
    delayMs: bounded(
      asked === undefined ? jitter(15_500, 0.94, random) : jitter(bounded(asked), 0.25, random),
    ),
    code,
  };
}
