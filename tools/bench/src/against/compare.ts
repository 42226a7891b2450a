import { existsSync } from "node:fs";
import { join } from "node:path";
import { Progress } from "../progress.ts";
import { table } from "../report/table.ts";
import type { Figure, Scenario } from "../scenario.ts";
import { serviceRoots } from "../system/local-system.ts";
import { ratioInterval } from "./ratio-interval.ts";

export interface CompareOptions {
  /** Another checkout of this repository, installed. */
  readonly against: string;
  readonly pairs: number;
  /** No pair starts that would probably end later than this, in minutes. */
  readonly withinMinutes: number;
  readonly option: (scenario: Scenario, name: string) => number;
  readonly out: string;
  readonly signal: AbortSignal;
}

/** A scenario counts as worse when its whole interval lies below this. */
const tolerated = 0.97;

/**
 * Runs a scenario in interleaved pairs: the services of this tree, the services of the other one,
 * by turns first. Bench, launcher and schema are this tree's in both.
 *
 * @returns for each figure per CPU second or in bytes how this tree compares; above 1 is better.
 */
export async function compare(scenario: Scenario, options: CompareOptions): Promise<Figure[]> {
  const { against, pairs, withinMinutes, signal } = options;
  if (!existsSync(join(against, "services/api/src/main.ts")))
    throw new Error(`${against} is no checkout of this repository`);
  const ratios = new Map<string, number[]>();
  const started = Date.now();
  for (let pair = 0; pair < pairs && !signal.aborted; pair += 1) {
    const perPair = (Date.now() - started) / Math.max(1, pair);
    if (pair > 0 && Date.now() - started + perPair > withinMinutes * 60_000) break;
    const order = pair % 2 === 0 ? [undefined, against] : [against, undefined];
    const figures = new Map<string | undefined, readonly Figure[]>();
    for (const root of order) figures.set(root, await runOnce(scenario, root, options));
    for (const { name, unit, value } of figures.get(undefined) ?? []) {
      const other = figures.get(against)?.find((figure) => figure.name === name)?.value;
      if (other === undefined || !/CPU|bytes/.test(unit)) continue;
      const better = unit === "bytes" ? other / value : value / other;
      ratios.set(name, [...(ratios.get(name) ?? []), better]);
    }
    console.log(`${scenario.name}: pair ${pair + 1} of ${pairs}`);
  }
  const result = [...ratios].map(([name, values]): Figure => {
    const { ratio, low, high, pairs: count } = ratioInterval(values);
    return {
      name: `${name}: this tree / the other, ${count} pairs`,
      value: Number(ratio.toFixed(3)),
      unit: `x (95 %: ${low.toFixed(3)} to ${high.toFixed(3)})`,
      target: { text: `not wholly below ${tolerated}`, met: high >= tolerated },
    };
  });
  console.log(`\n${scenario.title}\n${table(result)}`);
  return result;
}

async function runOnce(
  scenario: Scenario,
  root: string | undefined,
  { option, out, signal }: CompareOptions,
): Promise<readonly Figure[]> {
  serviceRoots.use(root);
  const progress = new Progress(`${scenario.name}, ${root ?? "this tree"}`);
  try {
    const { figures } = await scenario.run({
      peers: new Set(),
      progress,
      signal,
      option: (name) => option(scenario, name),
      out,
    });
    return figures;
  } finally {
    progress.end();
    serviceRoots.use(undefined);
  }
}
