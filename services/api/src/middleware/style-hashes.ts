import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** The HTML documents in a folder of built pages; none where nothing is built. */
export const documentsIn = (root: string): readonly string[] =>
  (existsSync(root) ? readdirSync(root) : [])
    .filter((name) => name.endsWith(".html"))
    .map((name) => readFileSync(join(root, name), "utf8"));

/** The style elements of documents, as sources of a content security policy, each once. */
export function hashesOfStyles(documents: readonly string[]): readonly string[] {
  const styles = documents.flatMap((html) => [...html.matchAll(/<style>(.*?)<\/style>/gs)]);
  return [...new Set(styles.map(([, css = ""]) => sourceOf(css)))];
}

const sourceOf = (css: string): string =>
  `'sha256-${createHash("sha256").update(css).digest("base64")}'`;
