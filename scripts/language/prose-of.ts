/** A line of a file that a person reads. */
export interface Prose {
  readonly line: number;
  readonly text: string;
}

const code = /\.(?:ts|tsx|mjs)$/;

/**
 * What a reader of `path` reads: comments and texts of source files, comments of configuration, all
 * of a document.
 *
 * @param texts whether texts count: not on the product's own pages, which speak to guests.
 */
export function proseOf(path: string, source: string, texts: boolean): Prose[] {
  if (path.endsWith(".md") || path.endsWith("NOTES.txt")) return linesOf(source);
  if (code.test(path)) return codeProse(source, texts);
  return linesOf(source).filter(({ text }) => /(?:^|\s)#|\{\{-?\s*\/\*/.test(text));
}

const linesOf = (source: string): Prose[] =>
  source.split("\n").map((text, index) => ({ line: index + 1, text }));

/** Block comments, line comments and texts, in the order of the source. */
const token =
  /\/\*[\s\S]*?\*\/|(?<![:\\"'`])\/\/[^\n]*|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`/g;

/**
 * Numbers of the lines inside texts of several lines, such as SQL: formatters leave them as they
 * are.
 */
export function linesOfTexts(source: string): Set<number> {
  const lines = [...source.matchAll(token)]
    .filter(([whole]) => whole.startsWith("`") && whole.includes("\n"))
    .flatMap(({ 0: whole, index }) => {
      const first = source.slice(0, index).split("\n").length;
      return whole.split("\n").map((_, offset) => first + offset);
    });
  return new Set(lines);
}

function codeProse(source: string, texts: boolean): Prose[] {
  return [...source.matchAll(token)].flatMap((match) => {
    const [whole] = match;
    if (!texts && !whole.startsWith("/")) return [];
    const first = source.slice(0, match.index).split("\n").length;
    return whole.split("\n").map((text, index) => ({ line: first + index, text }));
  });
}
