import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { growDatabase, growHistory, growTenants, type Growth } from "../aged/grow-database.ts";
import { commandsOf, type Command } from "../aged/measured-commands.ts";
import { costOf, readCounters } from "../aged/read-counters.ts";
import { restingCpu } from "../aged/resting-cpu.ts";
import { dearestStatements } from "../aged/resting-statements.ts";
import type { Progress } from "../progress.ts";
import type { Figure, Scenario } from "../scenario.ts";
import { LocalSystem } from "../system/local-system.ts";
import { demoTenant } from "../system/tokens.ts";

type Cost = Readonly<Record<"buffers" | "rows", number>>;
/** What the costs are of, and the costs by command. */
type Costs = readonly [string, ReadonlyMap<string, Cost>];

async function measureAll(
  admin: pg.Client,
  commands: ReadonlyMap<string, Command>,
  { calls, progress, what }: { calls: number; progress: Progress; what: string },
): Promise<Map<string, Cost>> {
  // Each measurement begins with the same rows, not with those that the one before it has left.
  await admin.query("truncate request, deadline, answer");
  for (const command of commands.values())
    for (let warm = 0; warm < calls; warm += 1) await command(warm);
  // Postgres plans by what it knows of the tables, and autovacuum is off.
  await admin.query("vacuum analyze");
  // The sessions prepare their plans again.
  for (const command of commands.values())
    for (let warm = 0; warm < 20; warm += 1) await command(warm);
  const idle = [await readCounters(admin), await readCounters(admin)] as const;
  const costs = new Map<string, Cost>();
  let [, before] = idle;
  for (const [name, command] of commands) {
    progress.update(what, costs.size, commands.size);
    const { after, ...cost } = await costOf(admin, calls, command, { idle, before });
    costs.set(name, cost);
    before = after;
  }
  return costs;
}

/** A hundredth of the growth, of rows of its own: a service in its second week. */
const freshOf = (growth: Growth): Growth => ({
  ...growth,
  tenants: Math.ceil(growth.tenants / 100),
  requests: Math.ceil(growth.requests / 100),
  seed: growth.seed + 1,
});

export const tenants: Scenario = {
  name: "tenants",
  title: "Many restaurants and three years of history",
  options: { tenants: 100_000, requests: 300_000, calls: 100, rest: 60, seed: 1, statements: 0 },
  async run({ progress, option }) {
    await using system = await LocalSystem.start({
      env: {
        MOVE_CLOSED_REQUESTS: "true",
        RATE_LIMIT_GUEST_REQUESTS: "1000000",
        RATE_LIMIT_TABLE: "1000000",
        RATE_LIMIT_TENANT: "1000000",
        RATE_LIMIT_TENANT_READS: "1000000",
        RATE_LIMIT_TENANT_STAFF: "1000000",
      },
    });
    const tenantId = await demoTenant(system);
    const admin = new pg.Client(system.adminDatabaseUrl);
    // The statements' part restarts Postgres.
    admin.on("error", () => undefined);
    await admin.connect();
    try {
      const commands = await commandsOf(system, tenantId);
      // Its reads would count as those of commands.
      await admin.query("alter system set autovacuum = off");
      await admin.query("select pg_reload_conf()");
      const { worker, gateways } = system.local().pids;
      // Their rounds over all restaurants would count as reads of commands.
      const others = [worker, ...gateways];
      const measure = async (what: string): Promise<Map<string, Cost>> => {
        for (const pid of others) process.kill(pid, "SIGSTOP");
        try {
          return await measureAll(admin, commands, { calls: option("calls"), progress, what });
        } finally {
          for (const pid of others) process.kill(pid, "SIGCONT");
        }
      };
      const growth = {
        tenants: option("tenants"),
        requests: option("requests"),
        seed: option("seed"),
        tenantId,
      };
      // Empty tables are read without their indexes, whatever the command.
      await growDatabase(admin, freshOf(growth), progress);
      const fresh = await measure("fresh database");
      await growTenants(admin, growth, progress);
      const young = await measure("the same restaurants, new");
      await growHistory(admin, growth, progress);
      const aged = await measure("aged database");
      const { rows } = await admin.query<{ bytes: string }>(`
        select sum(pg_total_relation_size(inhrelid)) as bytes from pg_inherits
        where inhparent = 'request_history'::regclass`);
      progress.update("at rest");
      await admin.query("alter system reset autovacuum");
      await admin.query("select pg_reload_conf()");
      // The worker makes up for the rounds that it missed.
      await sleep(15_000);
      const resting = await restingCpu(system, admin, option("rest"));
      const statements =
        option("statements") === 0 ? [] : await dearestStatements(system, option("rest"));
      // A hundred times the restaurants and the time; the time alone.
      const peers: readonly Costs[] = [
        ["fresh database", fresh],
        ["without history", young],
      ];
      const ratio = (name: string, what: keyof Cost, [peer, costs]: Costs): Figure => {
        const [value, before] = [aged, costs].map((all) => all.get(name)?.[what] ?? Number.NaN);
        const quotient = (value ?? 0) / (before ?? 0);
        return {
          name: `${name}: ${what}`,
          value: value ?? Number.NaN,
          unit: "",
          peer: { name: peer, value: before ?? Number.NaN },
          ratio: quotient,
          target: { text: "at most 1.1 x", met: quotient <= 1.1 },
        };
      };
      return {
        unit: "% of a core at rest",
        bars: [...resting.total].map(([label, value]) => ({ label, value })),
        samples: {
          fresh: Object.fromEntries(fresh),
          young: Object.fromEntries(young),
          aged: Object.fromEntries(aged),
        },
        figures: [
          ...[...commands.keys()].flatMap((name) =>
            peers.flatMap((peer) => [ratio(name, "buffers", peer), ratio(name, "rows", peer)]),
          ),
          {
            name: "history, per 1,000 requests",
            value: Number(rows[0]?.bytes) / 1_024 / ((growth.requests + growth.tenants) / 1_000),
            unit: "KB",
          },
          ...[...resting.total].map(([name, value]): Figure => ({
            name: `${name} at rest`,
            value,
            unit: "% of a core",
            target: { text: "below 3 %", met: value < 3 },
          })),
          ...[...resting.postgres].map(([name, value]): Figure => ({
            name: `Postgres at rest, ${name}`,
            value,
            unit: "% of a core",
          })),
          ...statements,
        ],
      };
    } finally {
      await admin.end().catch(() => undefined);
    }
  },
};
