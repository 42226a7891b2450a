import type { RefusalCode } from "../protocol/types.ts";
import { isRecord } from "../shared/guards.ts";
import { retryDelay, type Timing } from "../shared/timing.ts";

/** What the client does after a failed handshake. */
export type Verdict =
  /** Retry after `delayMs`, polling meanwhile. */
  | { readonly action: "retry"; readonly delayMs: number }
  /** The gateway refused the token: renew it first. */
  | { readonly action: "renew"; readonly delayMs: number }
  /** Never retry. */
  | { readonly action: "stop"; readonly code: RefusalCode };

/** Shortest and longest delay after a refusal that says no delay itself. */
const shortestMs = 1_000;
const longestMs = 30_000;

/**
 * Classifies a `connect_error`. A gateway's refusal carries `data.code`; without it the transport
 * failed (also a 503 or a proxy's answer at the upgrade) and the client backs off.
 * @param attempt failures in a row before this one
 */
export function judgeRefusal(
  error: unknown,
  attempt: number,
  timing: Timing,
  random: () => number,
): Verdict {
  const { code, retryAfterMs } = refusalOf(error);
  switch (code) {
    case undefined:
      return { action: "retry", delayMs: retryDelay(attempt, undefined, timing, random) };
    case "tenant_unknown":
    case "tenant_mismatch":
    case "tenant_suspended":
      return { action: "stop", code };
    case "unauthorized":
    case "token_expired":
      return {
        action: "renew",
        delayMs: attempt === 0 ? 0 : retryDelay(attempt, undefined, timing, random),
      };
    default:
      return {
        action: "retry",
        delayMs:
          retryAfterMs === undefined
            ? shortestMs + random() * (longestMs - shortestMs)
            : Math.max(shortestMs, retryDelay(attempt, retryAfterMs, timing, random)),
      };
  }
}

function refusalOf(error: unknown): { code?: RefusalCode; retryAfterMs?: number } {
  const data = error instanceof Error || isRecord(error) ? (error as { data?: unknown }).data : {};
  if (!isRecord(data) || typeof data.code !== "string") return {};
  const code = data.code as RefusalCode;
  const { retryAfterMs } = data;
  return typeof retryAfterMs === "number" && retryAfterMs > 0 ? { code, retryAfterMs } : { code };
}
