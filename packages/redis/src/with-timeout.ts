import { setTimeout as delay } from "node:timers/promises";

/** The promise, or a rejection after `ms`. A late rejection of the promise is handled. */
export async function withTimeout<T>(promise: Promise<T>, ms: number): Promise<T> {
  const abort = new AbortController();
  promise.catch(() => undefined);
  try {
    const late = delay(ms, undefined, { signal: abort.signal, ref: false }).then(() => {
      throw new Error(`Redis did not answer within ${ms} ms`);
    });
    late.catch(() => undefined);
    return await Promise.race([promise, late]);
  } finally {
    abort.abort();
  }
}
