import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { startPeer } from "../peers/peer.ts";
import { median, type Figure, type Scenario } from "../scenario.ts";
import { LocalSystem } from "../system/local-system.ts";
import { load, measure, measureRest, total, type Cost, type Run } from "../write/measure.ts";
import { countStatements, forgetStatements, readStatements } from "../write/statement-costs.ts";
import { peer, waiter, type Subject } from "../write/subjects.ts";

const peerFile = join(import.meta.dirname, "../peers/express-write.ts");
/** What the tables hold before Postgres gets its statistics, which void the sessions' plans. */
const fillPairs = 400;
/** Statements that are shown of each role. */
const dearest = 12;

export const write: Scenario = {
  name: "write",
  title: "CPU of a write: create or cancel a request",
  options: { pairs: 400, rounds: 5, concurrency: 4, statements: 0, warm: 40 },
  async run({ progress, option }) {
    const concurrency = option("concurrency");
    await using system = await LocalSystem.start({
      env: {
        RATE_LIMIT_GUEST_REQUESTS: "1000000",
        RATE_LIMIT_API: "1000000",
        RATE_LIMIT_TABLE: "1000000",
        RATE_LIMIT_TENANT: "1000000",
        RATE_LIMIT_TENANT_READS: "1000000",
        RATE_LIMIT_TENANT_STAFF: "1000000",
        RATE_LIMIT_ADDRESS: "10000000",
      },
    });
    const { redisUrl, pids } = system.local();
    if (pids.postgres === null) throw new Error("the bench needs the launcher's own Postgres");
    const env = { PEER_DATABASE_URL: system.adminDatabaseUrl, PEER_REDIS_URL: redisUrl };
    await using unnamed = await startPeer("express-write", env);
    await using named = await startPeer("express-write", { ...env, PEER_NAMED: "true" });
    const subjects = [
      await waiter(system, concurrency),
      peer("peer, unnamed", unnamed, pids.redis),
      peer("peer, named", named, pids.redis),
    ] as const;
    await using stack = new AsyncDisposableStack();
    const admin = new pg.Client({ connectionString: system.adminDatabaseUrl });
    admin.on("error", () => undefined);
    await admin.connect();
    stack.defer(() => admin.end().catch(() => undefined));
    const run: Run = { postgres: pids.postgres, admin, concurrency, pairs: option("pairs") };
    const samples = new Map<string, Cost[]>(subjects.map(({ name }) => [name, []]));
    for (const subject of subjects) await load(subject, { ...run, pairs: fillPairs });
    // Autovacuum would do it after a minute; plans of empty tables walk all rows of a tenant.
    await admin.query("analyze");
    // Each session plans again, and V8 compiles for some 25,000 commands. The subjects take turns
    // as they do later: the api closes a session that was idle for 30 s, and a new one costs as
    // much as some hundred commands.
    for (let round = 0; round < option("warm"); round += 1) {
      progress.update("warm-up", round, option("warm"));
      for (const subject of subjects) await load(subject, run);
    }
    const took: number[] = [];
    for (let round = 0; round < option("rounds"); round += 1) {
      progress.update("round", round, option("rounds"));
      for (const subject of subjects) {
        const startedAt = performance.now();
        samples.get(subject.name)?.push(await measure(subject, run));
        if (subject === subjects[0]) took.push(performance.now() - startedAt);
      }
    }
    const rest = await measureRest(subjects[0], run, median(took));
    // The statements' part restarts Postgres, which ends every peer.
    for (const measured of [unnamed, named]) await measured[Symbol.asyncDispose]();
    const statements =
      option("statements") > 0
        ? await statementFigures(system, subjects[0], run, { ...env, PEER_NAMED: "true" })
        : [];
    const hash = createHash("sha256").update(readFileSync(peerFile)).digest("hex").slice(0, 16);
    return {
      unit: "ms of CPU per command",
      samples: { ...Object.fromEntries(samples), rest },
      figures: [...figuresOf(samples, hash, rest), ...statements],
      bars: [...samples].map(([label, costs]) => ({ label, value: median(costs.map(total)) })),
    };
  },
};

function figuresOf(samples: ReadonlyMap<string, Cost[]>, hash: string, rest: Cost): Figure[] {
  const costOf = (name: string, pick: (cost: Cost) => number): number =>
    median((samples.get(name) ?? []).map(pick));
  const figure = (name: string, against: string, pick: (cost: Cost) => number): Figure => {
    const [value, theirs] = [costOf("Waiter", pick), costOf(against, pick)];
    const peerOf = { name: `${against} (${hash})`, value: theirs };
    return {
      name,
      value,
      unit: "ms",
      ...(theirs > 0 && { peer: peerOf, ratio: value / theirs }),
    };
  };
  const goal = (each: Figure): Figure => ({
    ...each,
    target: { text: "at most 1.2 x", met: (each.ratio ?? Number.NaN) <= 1.2 },
  });
  const parts = new Set([...samples.values()].flat().flatMap((cost) => Object.keys(cost.parts)));
  return [
    goal(figure("all processes", "peer, unnamed", total)),
    figure("all processes", "peer, named", total),
    figure("server process", "peer, unnamed", ({ server }) => server),
    figure("server process", "peer, named", ({ server }) => server),
    figure("Postgres", "peer, unnamed", ({ postgres }) => postgres),
    figure("Postgres", "peer, named", ({ postgres }) => postgres),
    ...[...parts]
      .toSorted()
      .map((part) => figure(part, "peer, named", (cost) => cost.parts[part] ?? 0)),
    { name: "all processes at rest, the same time", value: total(rest), unit: "ms" },
    { name: "commands", value: 1_000 / costOf("Waiter", total), unit: "per CPU second" },
  ];
}

/** Executions, WAL bytes and time of each statement per command, for Waiter and the named peer. */
async function statementFigures(
  system: LocalSystem,
  ours: Subject,
  run: Run,
  env: Readonly<Record<string, string>>,
): Promise<Figure[]> {
  const admin = await countStatements(system);
  await using process = await startPeer("express-write", env);
  const named = peer("peer, named", process, system.local().pids.redis);
  try {
    const figures: Figure[] = [];
    for (const subject of [ours, named]) {
      await load(subject, { ...run, admin, pairs: 100 });
      await forgetStatements(admin);
      await load(subject, { ...run, admin });
      const commands = 2 * run.pairs;
      const costs = await readStatements(admin);
      const sum = (pick: (cost: (typeof costs)[number]) => number): number =>
        costs.reduce((value, cost) => value + pick(cost), 0) / commands;
      const { name } = subject;
      figures.push(
        { name: `${name}: statements`, value: sum(({ calls }) => calls), unit: "per command" },
        { name: `${name}: WAL`, value: sum(({ walBytes }) => walBytes), unit: "B per command" },
        { name: `${name}: statements' time`, value: sum(({ ms }) => ms), unit: "ms per command" },
        ...costs.slice(0, dearest).map(({ application, query, calls, ms, walBytes }) => ({
          name: `${name}, ${application}: ${(calls / commands).toFixed(2)} x, ${Math.round(walBytes / commands)} B: ${query.slice(0, 90)}`,
          value: (1_000 * ms) / commands,
          unit: "us per command",
        })),
      );
    }
    return figures;
  } finally {
    await admin.end();
  }
}
