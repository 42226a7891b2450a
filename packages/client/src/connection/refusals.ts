import type { RefusalCode } from "@waiter/contracts";
import { isRecord } from "../shared/guards.ts";
import { backoff, jitter, type Timing } from "../shared/timing.ts";

/** What the client does after a failed handshake. */
export type Verdict =
  /** Retry after `delayMs`, polling meanwhile. */
  | { readonly action: "retry"; readonly delayMs: number; readonly code?: RefusalCode }
  /** The gateway refused the token: renew it first. */
  | { readonly action: "renew"; readonly delayMs: number; readonly code: RefusalCode }
  /** Never retry. */
  | { readonly action: "stop"; readonly code: RefusalCode };

const bounded = (ms: number): number => Math.min(30_000, Math.max(1_000, ms));

/**
 * Classifies a `connect_error`. A gateway's refusal carries `data.code`; without it the transport failed (also
 * a 503 at the upgrade) and the client backs off. `retryAfterMs` is clamped to 1-30 s and jittered.
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
