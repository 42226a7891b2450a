import { withTimeout } from "@waiter/lifecycle";

export interface CheckResult {
  readonly status: "up" | "down" | "degraded";
  readonly [detail: string]: unknown;
}
export type Check = () => Promise<CheckResult>;
export type CheckResults = Readonly<Record<string, CheckResult & { readonly durationMs: number }>>;

/** Runs every check at once. A check that throws or takes longer than `timeoutMs` is `down`. */
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
  const result = await withTimeout(settle(check), timeoutMs).catch((error: Error): CheckResult => ({
    status: "down",
    error: error.message,
  }));
  return { ...result, durationMs: Math.round(performance.now() - begin) };
}

/** The name of an error, never its message, which may name hosts. */
async function settle(check: Check): Promise<CheckResult> {
  try {
    return await check();
  } catch (error) {
    return { status: "down", error: error instanceof Error ? error.name : "Error" };
  }
}

/** `degraded` when one dependency is not up: the service still serves. */
export const overallStatus = (results: CheckResults): "ok" | "degraded" =>
  Object.values(results).every(({ status }) => status === "up") ? "ok" : "degraded";
