import { setTimeout as sleep } from "node:timers/promises";

/**
 * Asks `predicate` again and again until it answers something truthy, which is returned.
 *
 * A throwing predicate counts as "not yet"; its last error is the cause when time is up.
 */
export async function waitFor<T>(
  predicate: () => T | Promise<T>,
  timeoutMs = 10_000,
  what = "the condition",
): Promise<NonNullable<T>> {
  const deadline = Date.now() + timeoutMs;
  let cause: unknown;
  for (;;) {
    try {
      const value = await predicate();
      if (value) return value;
    } catch (error) {
      cause = error;
    }
    if (Date.now() >= deadline)
      throw new Error(`${what} did not come true within ${timeoutMs} ms`, { cause });
    await sleep(25);
  }
}
