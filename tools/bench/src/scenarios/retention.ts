import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { growDatabase } from "../aged/grow-database.ts";
import { openBusyTenants, steps, workUntil, type Call } from "../retention/busy-tenants.ts";
import {
  countDue,
  makeDueRows,
  makeUnpublished,
  type DueCounts,
  type DueKind,
} from "../retention/due-rows.ts";
import { noteLockWaits, type LockWait } from "../retention/lock-waits.ts";
import { awaitPass, holdPasses } from "../retention/worker-pass.ts";
import { median, percentile, type Figure, type Scenario } from "../scenario.ts";
import { LocalSystem } from "../system/local-system.ts";
import { demoTenant } from "../system/tokens.ts";

const lockWaitMs = 100;
const passMs = 300_000;

interface Round {
  readonly seconds: number;
  readonly before: DueCounts;
  readonly after: DueCounts;
  readonly waits: { readonly quiet: LockWait[]; readonly pass: LockWait[] };
  /** Milliseconds of the calls, by step. */
  readonly quiet: Readonly<Record<Call["step"], number[]>>;
  readonly pass: Readonly<Record<Call["step"], number[]>>;
}

const timesOf = (calls: readonly Call[], from: number, to: number): Round["quiet"] => {
  const of = (step: Call["step"]): number[] =>
    calls
      .filter((call) => call.step === step && call.at >= from && call.at < to)
      .map(({ ms }) => ms);
  return { create: of("create"), claim: of("claim"), complete: of("complete") };
};

export const retention: Scenario = {
  name: "retention",
  title: "The worker's retention jobs under load",
  options: { tenants: 1_000, busy: 50, rows: 20_000, rate: 20, quiet: 20, rounds: 4, seed: 1 },
  async run({ progress, option }) {
    await using system = await LocalSystem.start({
      env: { MOVE_CLOSED_REQUESTS: "true", RATE_LIMIT_ADDRESS: "10000000" },
    });
    const tenantId = await demoTenant(system);
    const [seed, tenants] = [option("seed"), option("tenants")];
    const due = { rows: option("rows"), seed, tenants, busy: option("busy"), tenantId };
    await using stack = new AsyncDisposableStack();
    const admin = new pg.Client(system.adminDatabaseUrl);
    await admin.connect();
    stack.defer(() => admin.end());
    await growDatabase(admin, { seed, tenants, tenantId, requests: due.rows }, progress);
    const lockWaits = await noteLockWaits(system, admin, lockWaitMs);
    const busy = await openBusyTenants(system, admin, due);
    await holdPasses(admin);
    const calls: Call[] = [];
    const ended = new AbortController();
    const working = workUntil(ended.signal, system, { busy, perSecond: option("rate"), calls });
    stack.defer(() => ended.abort());
    const rounds: Round[] = [];
    const measure = async (): Promise<void> => {
      for (let round = 0; round <= option("rounds"); round += 1) {
        progress.update("round", round, option("rounds"));
        await makeDueRows(admin, due);
        await admin.query("checkpoint");
        await lockWaits();
        const begun = performance.now();
        await sleep(option("quiet") * 1_000);
        const before = { ...(await countDue(admin)), "unpublished events": due.rows };
        const counted = performance.now();
        const quietCalls = timesOf(calls, begun, counted);
        const quietWaits = await lockWaits();
        const { from, to } = await awaitPass(admin, {
          atMostMs: passMs,
          onStart: () => makeUnpublished(admin, due),
        });
        const waits = { quiet: quietWaits, pass: await lockWaits() };
        const after = await countDue(admin);
        // The first round warms V8, plans and caches.
        if (round === 0) continue;
        const quiet = quietCalls;
        const pass = timesOf(calls, from, to);
        rounds.push({ seconds: (to - from) / 1_000, before, after, waits, quiet, pass });
      }
    };
    await Promise.race([measure(), working]).catch((cause: unknown) => {
      const warnings = system
        .log("worker")
        .split("\n")
        .filter((line) => /warn|error/i.test(line));
      throw new Error(`the worker's last warnings:\n${warnings.slice(-5).join("\n")}`, { cause });
    });
    ended.abort();
    await working;
    const times = steps.flatMap((step) => [
      timeFigure(rounds, step, 50),
      timeFigure(rounds, step, 99),
    ]);
    return {
      unit: "ms",
      samples: rounds,
      bars: times.map(({ name, value }) => ({ label: name, value })),
      figures: [...times, ...passFigures(rounds)],
    };
  },
};

/** Of all rounds together; the ratio is the middle of the rounds' ratios. */
function timeFigure(rounds: readonly Round[], step: Call["step"], p: number): Figure {
  const all = (part: "quiet" | "pass"): number =>
    percentile(
      rounds.flatMap((round) => round[part][step]),
      p,
    );
  const ratios = rounds.map(
    (round) => percentile(round.pass[step], p) / percentile(round.quiet[step], p),
  );
  return {
    name: `${step}, p${p}`,
    value: all("pass"),
    unit: "ms",
    peer: { name: "without a pass", value: all("quiet") },
    ratio: median(ratios),
  };
}

const nameOf = ({ waits: who, holds, relation }: LockWait): string =>
  `lock waits of ${who} for ${holds}, relation ${relation}`;

function passFigures(rounds: readonly Round[]): Figure[] {
  const waits = rounds.reduce((sum, { waits: { pass } }) => sum + pass.length, 0);
  const quietWaits = rounds.reduce((sum, { waits: { quiet } }) => sum + quiet.length, 0);
  const kinds = Object.keys(rounds[0]?.before ?? {}) as DueKind[];
  return [
    {
      name: `lock waits over ${lockWaitMs} ms`,
      value: waits,
      unit: "",
      peer: { name: "without a pass", value: quietWaits },
      target: { text: "none", met: waits === 0 },
    },
    ...[
      ...Map.groupBy(
        rounds.flatMap(({ waits: { pass } }) => pass),
        nameOf,
      ),
    ].map(([name, { length: value }]): Figure => ({ name, value, unit: "" })),
    { name: "seconds of a pass", value: median(rounds.map(({ seconds }) => seconds)), unit: "s" },
    ...kinds.map((kind): Figure => {
      const left = Math.max(...rounds.map(({ after }) => after[kind]));
      return {
        name: `${kind}, of a pass`,
        value: median(rounds.map(({ before, after }) => before[kind] - after[kind])),
        unit: "rows",
        target: { text: "none is left", met: left === 0 },
      };
    }),
  ];
}
