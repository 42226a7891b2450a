import { percentile } from "../scenario.ts";
import { operations, type Work } from "./other-tenants.ts";
import type { Cpu, Phase } from "./stage.ts";
import type { Outcomes } from "./target.ts";

/** Event-loop delay above that of the control process that an attack may cause, ms. */
export const toleratedMs = 1_000;

/** What an attack did to the tenants that are not attacked. */
export interface Verdict {
  readonly attack: string;
  readonly outcomes: Outcomes;
  /** Longest silence of a process above the control's, before and during, ms. */
  readonly delayMs: Readonly<Record<"api" | "gateway", readonly [before: number, during: number]>>;
  readonly answered: readonly [before: number, during: number];
  /** Of all operations but logins. */
  readonly p50Ms: readonly [before: number, during: number];
  readonly p99Ms: readonly [before: number, during: number];
  readonly loginMs: readonly [before: number, during: number];
  /** Longest time from a guest's call to its request on the screen, seconds. */
  readonly lateS: readonly [before: number, during: number];
  /** CPU of all processes per operation of the others, ms. */
  readonly cpuMs: readonly [before: number, during: number];
  /** CPU of the attack alone, percent of a core. */
  readonly attackCpu: number;
  readonly problems: readonly string[];
}

export interface Phases {
  readonly idle: Phase;
  readonly before: Phase;
  readonly alone: Phase;
  readonly during: Phase;
}

const sum = (cpu: Cpu): number => Object.values(cpu).reduce((all, one) => all + one, 0);
const all = ({ answered, refused, cut }: Outcomes): number => answered + refused + cut;
const count = (work: Work): number =>
  operations.reduce((total, name) => total + work.times[name].length, 0);
const timesOf = ({ times }: Work): number[] =>
  operations.flatMap((name) => (name === "login" ? [] : times[name]));

const lateness = ({ times }: Work): number => Math.max(0, ...times.delivery) / 1_000;

/**
 * Compares the others' work under attack with the work before it.
 *
 * CPU per operation: a process does not separate the attack's cost from the others'. So the same
 * attack runs alone first. Its cost per request, times the requests that it made during the work,
 * is taken from the total, as the cost of an idle system is from the work before. The rest is the
 * cost of the others' operations: it grows where an attack makes their work dearer (emptied caches,
 * locks, garbage). Waiting for the CPU shows in the times.
 */
export function judgeAttack(attack: string, { idle, before, alone, during }: Phases): Verdict {
  const [workBefore, workDuring] = [before.work, during.work];
  if (!workBefore || !workDuring || !alone.outcomes || !during.outcomes)
    throw new Error("a phase is incomplete");
  const idleRate = sum(idle.cpu) / idle.seconds;
  const idleCost = (phase: Phase): number => idleRate * phase.seconds;
  const perAttack =
    Math.max(0, sum(alone.cpu) - idleCost(alone)) / Math.max(1, all(alone.outcomes));
  const attackCost = perAttack * all(during.outcomes);
  const perOperation = (total: number, work: Work): number =>
    (Math.max(0, total) * 1_000) / Math.max(1, count(work));
  // Work that blocks an event loop takes CPU time; waiting for a busy machine's CPU does not.
  const delay = (phase: Phase, part: "api" | "gateway"): number =>
    Math.round(
      Math.max(0, Math.min(phase.delayMs[part] - phase.delayMs.control, phase.cpu[part] * 1_000)),
    );
  const delayMs = {
    api: [delay(before, "api"), delay(during, "api")] as const,
    gateway: [delay(before, "gateway"), delay(during, "gateway")] as const,
  };
  const both = (p: number, of: (work: Work) => number[]) =>
    [percentile(of(workBefore), p), percentile(of(workDuring), p)] as const;
  const aloneDelays = { api: delay(alone, "api"), gateway: delay(alone, "gateway") };
  const problems = [
    ...[...alone.died, ...during.died].map((name) => `${name} died`),
    ...(["api", "gateway"] as const)
      .filter((part) => Math.max(delayMs[part][1], aloneDelays[part]) > toleratedMs)
      .map((part) => `${part} was silent for ${Math.max(delayMs[part][1], aloneDelays[part])} ms`),
    ...(workDuring.failures.length === 0
      ? []
      : [`${workDuring.failures.length} failed: ${workDuring.failures[0]}`]),
  ];
  return {
    attack,
    outcomes: during.outcomes,
    delayMs,
    answered: [count(workBefore), count(workDuring)],
    p50Ms: both(50, timesOf),
    p99Ms: both(99, timesOf),
    loginMs: both(50, ({ times }) => times.login),
    lateS: [lateness(workBefore), lateness(workDuring)],
    cpuMs: [
      perOperation(sum(before.cpu) - idleCost(before), workBefore),
      perOperation(sum(during.cpu) - idleCost(during) - attackCost, workDuring),
    ],
    attackCpu: (100 * (sum(alone.cpu) - idleCost(alone))) / alone.seconds,
    problems,
  };
}

/** One line per attack. */
export function verdictTable(verdicts: readonly Verdict[]): string {
  const pair = ([before, during]: readonly [number, number], digits = 0): string =>
    `${before.toFixed(digits)} -> ${during.toFixed(digits)}`;
  const rows = verdicts.map((one) => [
    one.attack,
    `${one.outcomes.answered}/${one.outcomes.refused}/${one.outcomes.cut}`,
    pair(one.delayMs.gateway),
    pair(one.delayMs.api),
    pair(one.answered),
    pair(one.p50Ms),
    pair(one.p99Ms),
    pair(one.loginMs),
    pair(one.lateS, 1),
    pair(one.cpuMs, 1),
    one.attackCpu.toFixed(0),
    one.problems.join("; "),
  ]);
  const head = [
    "attack",
    "answered/refused/cut",
    "gateway delay ms",
    "api delay ms",
    "others' operations",
    "p50 ms",
    "p99 ms",
    "login ms",
    "screens late s",
    "CPU ms per operation",
    "attack's CPU %",
    "problems",
  ];
  const lines = [head, ...rows];
  const widths = head.map((_, at) => Math.max(...lines.map((row) => (row[at] ?? "").length)));
  return lines
    .map((row) =>
      row
        .map((cell, at) => cell.padEnd(widths[at] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
