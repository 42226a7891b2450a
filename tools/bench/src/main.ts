/**
 * `pnpm bench [scenario...] [--name value ...] [--out folder]`: without a scenario, lists them.
 * With `--against <folder>` it compares this tree with another checkout in interleaved pairs.
 */
import { compare } from "./against/compare.ts";
import { Progress } from "./progress.ts";
import { readCommand, usage } from "./command.ts";
import { table } from "./report/table.ts";
import { writeReport } from "./report/write.ts";
import { scenarios } from "./scenarios/index.ts";

const command = readCommand(process.argv.slice(2), scenarios);
if ("problem" in command) {
  console.error(`${command.problem}\n`);
  console.log(usage(scenarios));
  process.exitCode = 2;
} else if (command.scenarios.length === 0) {
  console.log(usage(scenarios));
} else {
  const { option, out, peers } = command;
  const stop = new AbortController();
  process.once("SIGINT", () => stop.abort());
  for (const scenario of command.scenarios) {
    if (command.against !== undefined) {
      const { against, pairs, within: withinMinutes } = command;
      const { signal } = stop;
      const compared = { against, pairs, withinMinutes, option, out, signal };
      const figures = await compare(scenario, compared);
      if (figures.some(({ target }) => target && !target.met)) process.exitCode = 1;
      continue;
    }
    const progress = new Progress(scenario.name);
    const result = await scenario.run({
      progress,
      signal: stop.signal,
      option: (name) => option(scenario, name),
      peers,
      out,
    });
    progress.end();
    console.log(`\n${scenario.title}\n${table(result.figures)}`);
    for (const path of writeReport(out, scenario, result)) console.log(`wrote ${path}`);
    if (result.figures.some(({ target }) => target && !target.met)) process.exitCode = 1;
    if (stop.signal.aborted) break;
  }
}
