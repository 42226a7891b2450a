/** The newest built-ins that `polyfills.ts` defines: a browser that has these has all of them. */
const newest: readonly (readonly [object, string])[] = [
  [Array.prototype, "toSpliced"],
  [Object, "groupBy"],
  [Promise, "withResolvers"],
  [AbortSignal, "any"],
  // Missing in any browser on pages without TLS.
  [crypto, "randomUUID"],
];

const attempts = 6;
const gapMs = 2_000;

/**
 * Calls `start` once the browser has all built-ins that the pages use. Where their file is lost 6
 * times over 10 s, the boot script says so.
 */
export function withBuiltIns(start: () => void): void {
  if (newest.every(([owner, name]) => name in owner)) start();
  else void loadBuiltIns(1).then(start);
}

async function loadBuiltIns(attempt: number): Promise<void> {
  try {
    await import("./polyfills.ts");
  } catch (error) {
    if (attempt === attempts) throw error;
    await new Promise((resolve) => setTimeout(resolve, gapMs));
    await loadBuiltIns(attempt + 1);
  }
}
