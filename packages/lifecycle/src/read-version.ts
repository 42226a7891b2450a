import { readFileSync } from "node:fs";

/**
 * The release in the `package.json` of a service.
 *
 * @param moduleUrl `import.meta.url` of a module directly in `src` or `dist`: package.json lies one
 * folder above both.
 */
export function readVersion(moduleUrl: string): string {
  const file = new URL("../package.json", moduleUrl);
  const { version } = JSON.parse(readFileSync(file, "utf8")) as { version?: unknown };
  if (typeof version !== "string") throw new Error(`${file.pathname} has no version`);
  return version;
}
