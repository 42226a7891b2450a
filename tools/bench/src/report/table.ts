import type { Figure } from "../scenario.ts";

const number = (value: number): string =>
  Math.abs(value) >= 100
    ? Math.round(value).toLocaleString("en")
    : Number(value.toPrecision(3)).toString();

/** The figures as a table of plain text. */
export function table(figures: readonly Figure[]): string {
  const rows = figures.map((figure) => [
    figure.name,
    `${number(figure.value)} ${figure.unit}`,
    figure.peer ? `${number(figure.peer.value)} (${figure.peer.name})` : "",
    figure.ratio === undefined ? "" : `${figure.ratio.toFixed(2)} x`,
    figure.target ? `${figure.target.met ? "met" : "MISSED"}: ${figure.target.text}` : "",
  ]);
  const head = ["figure", "value", "peer", "ratio", "target"];
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`;
  return [line(head), line(widths.map((width) => "-".repeat(width))), ...rows.map(line)].join("\n");
}
