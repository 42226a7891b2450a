/**
 * Built-ins that the oldest supported browsers lack (Safari 15.4, Chrome 94, Firefox 93) and that
 * the pages, Preact or the SDK use. The first import of every page; the guest page loads them only
 * where one is missing (`built-ins.ts`). Each is installed only where it is missing.
 */
function define(target: object, name: string, value: unknown): void {
  if (name in target) return;
  Object.defineProperty(target, name, { value, writable: true, configurable: true });
}

type Compare = ((a: unknown, b: unknown) => number) | undefined;

define(Array.prototype, "toSorted", function toSorted(this: unknown[], compare: Compare) {
  return [...this].sort(compare);
});
define(Array.prototype, "toReversed", function toReversed(this: unknown[]) {
  return [...this].reverse();
});
define(
  Array.prototype,
  "toSpliced",
  function toSpliced(this: unknown[], ...args: [number, number]) {
    const copy = [...this];
    copy.splice(...args);
    return copy;
  },
);
define(Array.prototype, "with", function withItem(this: unknown[], index: number, item: unknown) {
  const copy = [...this];
  copy[index < 0 ? copy.length + index : index] = item;
  return copy;
});
define(
  Array.prototype,
  "findLast",
  function findLast(
    this: unknown[],
    test: (item: unknown, index: number, all: unknown[]) => boolean,
  ) {
    for (let index = this.length - 1; index >= 0; index--)
      if (test(this[index], index, this)) return this[index];
    return undefined;
  },
);
define(Object, "groupBy", (items: Iterable<unknown>, keyOf: (item: unknown) => string) => {
  const groups = Object.create(null) as Record<string, unknown[]>;
  for (const item of items) (groups[keyOf(item)] ??= []).push(item);
  return groups;
});
define(Promise, "withResolvers", () => {
  let resolve: unknown;
  let reject: unknown;
  const promise = new Promise((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  return { promise, resolve, reject };
});
define(AbortSignal, "timeout", (ms: number) => {
  const controller = new AbortController();
  setTimeout(() => controller.abort(new DOMException("timed out", "TimeoutError")), ms);
  return controller.signal;
});
define(AbortSignal, "any", (signals: Iterable<AbortSignal>) => {
  const controller = new AbortController();
  for (const signal of signals) {
    if (signal.aborted) controller.abort(signal.reason);
    else
      signal.addEventListener("abort", () => controller.abort(signal.reason), {
        once: true,
        signal: controller.signal,
      });
  }
  return controller.signal;
});
define(globalThis, "structuredClone", (value: unknown) => JSON.parse(JSON.stringify(value)));
// Also missing on pages without TLS.
define(crypto, "randomUUID", () => {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [8, 12, 16, 20].reduceRight((id, at) => `${id.slice(0, at)}-${id.slice(at)}`, hex);
});

export {};
