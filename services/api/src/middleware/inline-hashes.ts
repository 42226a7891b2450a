import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** The HTML documents in a folder of built pages; none where nothing is built. */
export const documentsIn = (root: string): readonly string[] =>
  (existsSync(root) ? readdirSync(root) : [])
    .filter((name) => name.endsWith(".html"))
    .map((name) => readFileSync(join(root, name), "utf8"));

/**
 * The style or script elements of documents that hold their content, as sources of a content
 * security policy, each once.
 */
export function hashesOf(element: "style" | "script", documents: readonly string[]): string {
  const inline = new RegExp(`<${element}>(.*?)</${element}>`, "gs");
  const contents = documents.flatMap((html) => [...html.matchAll(inline)]);
  return [...new Set(contents.map(([, content = ""]) => sourceOf(content)))].join(" ");
}

const sourceOf = (content: string): string =>
  `'sha256-${createHash("sha256").update(content).digest("base64")}'`;
