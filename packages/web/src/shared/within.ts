/**
 * Settles as `work` does, or resolves to undefined after `ms`; what `work` does afterwards is
 * ignored.
 */
export function within<T>(ms: number, work: Promise<T>): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => resolve(undefined), ms);
    const end = () => clearTimeout(timer);
    work.then(resolve, reject).then(end, end);
  });
}
