import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Response } from "express";

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

const ofDocument = new Map<string, string>();
const policyName = "Content-Security-Policy";

/**
 * Takes the hashes of other documents out of the answer's policy: a page allows its own elements
 * alone, and a guest's first load is shorter. @param file a document in `root`
 */
export function allowOwnElements(response: Response, root: string, file: string): void {
  const policy = response.getHeader(policyName);
  const path = join(root, file);
  if (typeof policy !== "string" || !existsSync(path)) return;
  const own = ofDocument.get(path) ?? sourcesIn(readFileSync(path, "utf8"));
  ofDocument.set(path, own);
  response.set(
    policyName,
    policy.replace(/ ('sha256-[^']+')/g, (given, source: string) =>
      own.includes(source) ? given : "",
    ),
  );
}

const sourcesIn = (html: string): string =>
  `${hashesOf("style", [html])} ${hashesOf("script", [html])}`;

const sourceOf = (content: string): string =>
  `'sha256-${createHash("sha256").update(content).digest("base64")}'`;
