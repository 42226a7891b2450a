/** Writes the README of the chart: its prose, and the table of its values. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { valuesOf, type Value } from "./chart-values.ts";

const folder = join(import.meta.dirname, "../helm/waiter");

const cell = (text: string): string => text.replaceAll("|", "\\|");

const row = ({ path, value, text }: Value): string =>
  `| \`${path.join(".")}\` | ${value === undefined ? "" : `\`${cell(JSON.stringify(value))}\``} | ${cell(text)} |`;

/** Path -> text of what follows from the chart's values. */
export function chartReadme(): Map<string, string> {
  const table = valuesOf()
    .filter(({ value, text }) => value !== undefined || text !== "")
    .map(row);
  const prose = readFileSync(join(folder, "README.prose.md"), "utf8").trimEnd();
  return new Map([
    [
      "helm/waiter/README.md",
      `${prose}\n\n## Values\n\nGenerated from \`values.yaml\` by \`pnpm generate\`.\n\n| name | default | meaning |\n| --- | --- | --- |\n${table.join("\n")}\n`,
    ],
  ]);
}
