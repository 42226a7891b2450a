import { linesOfTexts, proseOf } from "./prose-of.ts";
import { words } from "./words.ts";

/** Longest line of code and comments, in characters. */
const longest = 100;
const measured = /\.(?:ts|tsx|mjs|sh)$|(?:^|\/)run$|Dockerfile$/;
/** A line that cannot be broken: an address, a text or a regular expression alone on its line. */
const unbreakable =
  /https?:\/\/\S{60}|^\s*(?:[\w.]+:\s*|\w+\(|[\w. ]+ \+?=\s*|return |: |\? |\+ |=> )?(["'`/]).*\1[gimsu]*(?:\)?[,;]|,? (?:async )?\(?.*=> \{)?$|^import |^\} from /;

/** The sentences to rewrite and the lines to wrap in one file. */
export function checkFile(path: string, source: string): string[] {
  const problems: string[] = [];
  const page = path.startsWith("packages/web/") && !path.includes(".test.");
  for (const { line, text } of proseOf(path, source, !page))
    for (const [pattern, instead] of words) {
      const found = pattern.exec(text)?.[0];
      if (found !== undefined) problems.push(`${path}:${line}: "${found}": ${instead}`);
    }
  const exempt = linesOfTexts(source);
  if (measured.test(path))
    for (const [index, text] of source.split("\n").entries())
      if (text.length > longest && !exempt.has(index + 1) && !unbreakable.test(text))
        problems.push(`${path}:${index + 1}: ${text.length} characters`);
  return problems;
}
