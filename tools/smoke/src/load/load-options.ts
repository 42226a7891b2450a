import { loadTarget, type Target } from "../target.ts";

export interface LoadOptions {
  readonly target: Target;
  readonly platformToken: string;
  readonly tenants: number;
  readonly sockets: number;
  readonly callsPerSecond: number;
  readonly seconds: number;
  /** Longest wait, after the last call, until every screen has everything. */
  readonly settleMs: number;
}

/** From SOCKETS, TENANTS, CALLS_PER_SECOND, SECONDS and what the smoke test takes. */
export function loadLoadOptions(env: Readonly<Record<string, string | undefined>>): LoadOptions {
  const target = loadTarget(env);
  if (target.platformToken === undefined)
    throw new Error("PLATFORM_ADMIN_TOKEN is needed: the load makes tenants of its own");
  return {
    target,
    platformToken: target.platformToken,
    tenants: Number(env["TENANTS"] ?? 10),
    sockets: Number(env["SOCKETS"] ?? 500),
    callsPerSecond: Number(env["CALLS_PER_SECOND"] ?? 20),
    seconds: Number(env["SECONDS"] ?? 60),
    settleMs: Number(env["SETTLE_MS"] ?? 60_000),
  };
}
