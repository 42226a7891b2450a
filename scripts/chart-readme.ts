/** Writes the README of the chart: its prose, and the table of its values from the comments of values.yaml. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { isMap, isScalar, parseDocument, type Pair, type ParsedNode } from "yaml";

const folder = join(import.meta.dirname, "../helm/waiter");

interface Row {
  readonly name: string;
  readonly value: string;
  readonly text: string;
}

/** One row per leaf, and per map that is empty or written on one line; a comment above a map describes the first of its rows that has none. */
function rowsOf(node: unknown, path: readonly string[]): Row[] {
  if (!isMap<ParsedNode, ParsedNode>(node)) return [];
  return node.items.flatMap((pair, index) => {
    const name = [...path, String(isScalar(pair.key) ? pair.key.value : pair.key)];
    const text = commentOf(pair, index === 0 ? node.commentBefore : undefined);
    const { value } = pair;
    if (isMap(value) && value.items.length > 0 && value.flow !== true) {
      const rows = rowsOf(value, name);
      return text === "" ? rows : [{ name: name.join("."), value: "", text }, ...rows];
    }
    return [{ name: name.join("."), value: JSON.stringify(value?.toJSON() ?? null), text }];
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

const cell = (text: string): string => text.replaceAll("|", "\\|");

/** Path -> text of what follows from the chart's values. */
export function chartReadme(): Map<string, string> {
  const rows = rowsOf(
    parseDocument(readFileSync(join(folder, "values.yaml"), "utf8")).contents,
    [],
  );
  const table = rows.map(
    ({ name, value, text }) =>
      `| \`${name}\` | ${value === "" ? "" : `\`${cell(value)}\``} | ${cell(text)} |`,
  );
  const prose = readFileSync(join(folder, "README.prose.md"), "utf8").trimEnd();
  return new Map([
    [
      "helm/waiter/README.md",
      `${prose}\n\n## Values\n\nGenerated from \`values.yaml\` by \`pnpm generate\`.\n\n| name | default | meaning |\n| --- | --- | --- |\n${table.join("\n")}\n`,
    ],
  ]);
}
