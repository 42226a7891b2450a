import { setTimeout as delay } from "node:timers/promises";

export interface CheckResult {
  readonly status: "up" | "down" | "degraded";
  readonly [detail: string]: unknown;
}
export type Check = () => Promise<CheckResult>;
export type CheckResults = Readonly<Record<string, CheckResult & { readonly durationMs: number }>>;

/** Runs every check at once. One that throws or takes longer than `timeoutMs` is `down`, in words that name no insides. */
export async function runChecks(
  checks: Readonly<Record<string, Check>>,
  timeoutMs: number,
): Promise<CheckResults> {
  return Object.fromEntries(
    await Promise.all(
      Object.entries(checks).map(
        async ([name, check]) => [name, await runCheck(check, timeoutMs)] as const,
      ),
    ),
  );
}

async function runCheck(
  check: Check,
  timeoutMs: number,
): Promise<CheckResult & { durationMs: number }> {
  const begin = performance.now();
  const abort = new AbortController();
  const result = await Promise.race([settle(check), timeout(timeoutMs, abort.signal)]);
  abort.abort();
  return { ...result, durationMs: Math.round(performance.now() - begin) };
}

async function settle(check: Check): Promise<CheckResult> {
  try {
    return await check();
  } catch (error) {
    return { status: "down", error: error instanceof Error ? error.name : "Error" };
  }
}

async function timeout(ms: number, signal: AbortSignal): Promise<CheckResult> {
  await delay(ms, undefined, { signal }).catch(() => undefined);
  return { status: "down", error: `no answer within ${ms} ms` };
}

/** `degraded` as soon as anything is not up: the service still serves, somebody should look. */
export const overallStatus = (results: CheckResults): "ok" | "degraded" =>
  Object.values(results).every(({ status }) => status === "up") ? "ok" : "degraded";
