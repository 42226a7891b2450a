/** The chart's values with their defaults and descriptions, from values.yaml and its comments. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { isMap, isScalar, parseDocument, type Pair, type ParsedNode } from "yaml";

const folder = join(import.meta.dirname, "../helm/waiter");

export interface Value {
  readonly path: readonly string[];
  /** The default; undefined for a map whose keys are values of their own. */
  readonly value?: unknown;
  /** The comment above it, on one line. */
  readonly text: string;
}

/** Every value of values.yaml, in its order. */
export const valuesOf = (): Value[] =>
  collect(parseDocument(readFileSync(join(folder, "values.yaml"), "utf8")).contents, []);

function collect(node: unknown, parents: readonly string[]): Value[] {
  if (!isMap<ParsedNode, ParsedNode>(node)) return [];
  return node.items.flatMap((pair, index) => {
    const path = [...parents, String(isScalar(pair.key) ? pair.key.value : pair.key)];
    const text = commentOf(pair, index === 0 ? node.commentBefore : undefined);
    const { value } = pair;
    return isMap(value) && value.items.length > 0 && value.flow !== true
      ? [{ path, text }, ...collect(value, path)]
      : [{ path, value: value?.toJSON() ?? null, text }];
  });
}

function commentOf(
  { key }: Pair<ParsedNode, ParsedNode | null>,
  first: string | null | undefined,
): string {
  const comment = (key.commentBefore ?? first ?? "").split("\n\n").at(-1) ?? "";
  return comment
    .split("\n")
    .map((line) => line.trim())
    .join(" ")
    .trim();
}
