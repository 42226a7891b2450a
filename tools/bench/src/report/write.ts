import { mkdirSync, writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { join } from "node:path";
import type { Scenario, ScenarioResult } from "../scenario.ts";
import { barChart } from "./chart.ts";

/** Writes `<folder>/<scenario>.json` and `.svg`, and returns their paths. */
export function writeReport(folder: string, scenario: Scenario, result: ScenarioResult): string[] {
  mkdirSync(folder, { recursive: true });
  const json = join(folder, `${scenario.name}.json`);
  const machine = {
    cpus: cpus().length,
    model: cpus()[0]?.model,
    memoryBytes: totalmem(),
    node: process.version,
  };
  writeFileSync(
    json,
    `${JSON.stringify({ scenario: scenario.name, title: scenario.title, at: new Date().toISOString(), machine, ...result }, null, 2)}\n`,
  );
  const svg = join(folder, `${scenario.name}.svg`);
  writeFileSync(svg, barChart(scenario.title, result.unit, result.bars));
  return [json, svg];
}
