import { postJson, type JsonAnswer } from "./post-json.ts";
import { within } from "./within.ts";

/** Longest wait for another tab's refresh, as the SDK waits. */
const lockMs = 5_000;

/**
 * Renews the session of this device's cookie. One refresh at a time in all tabs, as the staff pages
 * do: each replaces the token. A tab that was frozen while it refreshed keeps its lock: after
 * `lockMs` this one refreshes without it. @throws without an answer within `answerMs`, and when
 * `ending` aborts
 */
export async function refreshSession(answerMs: number, ending?: AbortSignal): Promise<JsonAnswer> {
  const run = () => postJson("/api/auth/refresh", {}, answerMs, { ending });
  const { locks } = navigator as { locks?: LockManager };
  if (locks === undefined) return await run();
  let running: Promise<JsonAnswer> | undefined;
  let gaveUp = false;
  const locked = locks.request("waiter:refresh", async () => {
    if (gaveUp) return;
    running = run();
    await running.catch(() => undefined);
  });
  await within(lockMs, locked).catch(() => undefined);
  gaveUp = true;
  return await (running ?? run());
}
