/** The newest built-ins that `polyfills.ts` defines: a browser that has these has all of them. */
const newest: readonly (readonly [object, string])[] = [
  [Array.prototype, "toSpliced"],
  [Object, "groupBy"],
  [Promise, "withResolvers"],
  [AbortSignal, "any"],
  // Missing in any browser on pages without TLS.
  [crypto, "randomUUID"],
];

/** Calls `start` once the browser has all built-ins that the pages use. */
export function withBuiltIns(start: () => void): void {
  if (newest.every(([owner, name]) => name in owner)) start();
  else void import("./polyfills.ts").then(start);
}
