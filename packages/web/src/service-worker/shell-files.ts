export interface ShellFiles {
  readonly version: string;
  readonly document: string;
  readonly assets: readonly string[];
  /** Language -> the files with its texts; a device keeps those that it uses. */
  readonly languages: Readonly<Record<string, readonly string[]>>;
}
/** Filled in by the build: page -> its document and hashed assets. */
declare const __SHELLS__: Readonly<Record<string, ShellFiles>>;

/** @throws when the build knows no such page. */
export function shellOf(page: string): ShellFiles {
  const shell = __SHELLS__[page];
  if (shell === undefined) throw new Error(`the build has no shell of ${page}`);
  return shell;
}
