/** `pnpm bench [scenario...] [--name value ...] [--out folder]`: without a scenario, lists them. */
import { Progress } from "./progress.ts";
import { table } from "./report/table.ts";
import { writeReport } from "./report/write.ts";
import { scenarios } from "./scenarios/index.ts";

const names: string[] = [];
const options = new Map<string, string>();
const words = process.argv.slice(2);
for (let index = 0; index < words.length; index += 1) {
  const word = words[index] ?? "";
  if (word.startsWith("--")) options.set(word.slice(2), words[(index += 1)] ?? "");
  else names.push(word);
}

const option = (name: string, fallback: number): number => {
  const text = options.get(name);
  if (text === undefined) return fallback;
  const value = Number(text);
  if (!Number.isFinite(value)) throw new Error(`--${name} must be a number, not "${text}"`);
  return value;
};

const out = options.get("out") ?? "bench-results";
const unknown = names.filter((name) => name !== "all" && !scenarios.has(name));
if (names.length === 0 || unknown.length > 0) {
  for (const name of unknown) console.error(`there is no scenario "${name}"`);
  console.log(
    `usage: pnpm bench <scenario...|all> [--name value ...] [--out folder]\n\n${[...scenarios.values()].map(({ name, title }) => `  ${name.padEnd(22)} ${title}`).join("\n")}`,
  );
  process.exitCode = unknown.length > 0 ? 2 : 0;
} else {
  const stop = new AbortController();
  process.once("SIGINT", () => stop.abort());
  for (const scenario of names.includes("all") ? scenarios.values() : names.flatMap((name) => scenarios.get(name) ?? [])) {
    const progress = new Progress(scenario.name);
    const result = await scenario.run({ progress, signal: stop.signal, option, out });
    progress.end();
    console.log(`\n${scenario.title}\n${table(result.figures)}`);
    for (const path of writeReport(out, scenario, result)) console.log(`wrote ${path}`);
    if (result.figures.some(({ target }) => target && !target.met)) process.exitCode = 1;
    if (stop.signal.aborted) break;
  }
}
