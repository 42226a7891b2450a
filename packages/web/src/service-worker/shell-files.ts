/** Filled in by the build: page -> its document and hashed assets. */
declare const __SHELLS__: Record<
  string,
  { readonly version: string; readonly document: string; readonly assets: readonly string[] }
>;

/** @throws when the build knows no such page. */
export function shellOf(page: string) {
  const shell = __SHELLS__[page];
  if (shell === undefined) throw new Error(`the build has no shell of ${page}`);
  return shell;
}
