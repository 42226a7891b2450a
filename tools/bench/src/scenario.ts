import type { Progress } from "./progress.ts";

/** One figure that an operator or a release decision relies on, beside its peer in the same run. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** What it is compared with, and the ratio value / peer. */
  readonly peer?: { readonly name: string; readonly value: number };
  readonly ratio?: number;
  /** The bound that the project sets itself, as a sentence, and whether this run kept it. */
  readonly target?: { readonly text: string; readonly met: boolean };
}

export interface ScenarioResult {
  readonly figures: readonly Figure[];
  /** Raw measurements, for the JSON file. */
  readonly samples?: unknown;
  /** Bars of the chart. */
  readonly bars: readonly { readonly label: string; readonly value: number }[];
  readonly unit: string;
}

export interface ScenarioContext {
  readonly progress: Progress;
  readonly signal: AbortSignal;
  /** The value of one of the scenario's options. */
  readonly option: (name: string) => number;
  /** Peers that are started only when asked for: `--peer <name>`. */
  readonly peers: ReadonlySet<string>;
  /** Folder of the reports. */
  readonly out: string;
}

/**
 * A benchmark: starts what it measures and its peers on this machine, measures them side by side,
 * stops them. Bounded in count and time; addresses are loopback only.
 */
export interface Scenario {
  readonly name: string;
  readonly title: string;
  /** What `--name value` on the command line may change, and what it is otherwise. */
  readonly options: Readonly<Record<string, number>>;
  readonly run: (context: ScenarioContext) => Promise<ScenarioResult>;
}

export const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
};

/** Nearest-rank percentile of an unsorted list; `p` in 0..100. */
export const percentile = (values: readonly number[], p: number): number => {
  const sorted = values.toSorted((a, b) => a - b);
  return (
    sorted[Math.min(sorted.length - 1, Math.ceil((p / 100) * sorted.length) - 1)] ?? Number.NaN
  );
};
