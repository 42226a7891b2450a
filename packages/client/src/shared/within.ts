/** A wait ended at its bound. */
export class TimeoutError extends Error {
  override readonly name = "TimeoutError";
}

/**
 * Bounds a wait that cannot be cancelled: settles as `work` does, or rejects with `TimeoutError`
 * after `ms`. What `work` does afterwards is ignored.
 */
export function within<T>(ms: number, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new TimeoutError(`no answer within ${ms} ms`)), ms);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
