import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { request } from "undici";
import { growDatabase } from "../aged/grow-database.ts";
import { costOf, readCounters } from "../aged/read-counters.ts";
import { cpuSeconds, treeCpuSeconds } from "../process-stats.ts";
import { median, type Figure, type Scenario } from "../scenario.ts";
import { LocalSystem } from "../system/local-system.ts";
import { demoTenant, post, staffTokens } from "../system/tokens.ts";

type Cost = Readonly<Record<"buffers" | "rows", number>>;
type Command = (index: number) => Promise<unknown>;

/** What people do most, each against the restaurant that grows. */
async function commandsOf(system: LocalSystem, tenantId: string): Promise<Map<string, Command>> {
  const { api, tables } = system.local();
  const host = system.tenantHost;
  const [tableToken = ""] = tables.map(({ token }) => token);
  const session = () => post(api, "/api/guest/sessions", host, { tableToken });
  const { accessToken } = (await session()) as { accessToken: string };
  const guest = { authorization: `Bearer ${accessToken}` };
  const staff = { authorization: `Bearer ${staffTokens(system, tenantId, 1, "manager")[0]}` };
  const key = () => ({ "idempotency-key": randomUUID() });
  const get = async (path: string, headers: Record<string, string>): Promise<void> => {
    const { statusCode, body } = await request(api + path, { headers: { host, ...headers } });
    await body.text();
    if (statusCode >= 300) throw new Error(`${path}: ${statusCode}`);
  };
  const write: Command = async () => {
    const created = await post(
      api,
      "/api/guest/requests",
      host,
      { type: "water" },
      {
        ...guest,
        ...key(),
      },
    );
    const { id } = (created as { request: { id: string } }).request;
    await post(api, `/api/guest/requests/${id}/cancel`, host, {}, { ...guest, ...key() });
  };
  return new Map<string, Command>([
    ["create and cancel", write],
    ["guest session", session],
    ["guest's requests", () => get("/api/guest/requests", guest)],
    ["board", () => get("/api/board", staff)],
    ["search, newest 50", () => get("/api/requests?limit=50", staff)],
  ]);
}

async function measureAll(
  admin: pg.Client,
  commands: ReadonlyMap<string, Command>,
  calls: number,
): Promise<Map<string, Cost>> {
  for (const command of commands.values())
    for (let warm = 0; warm < 10; warm += 1) await command(warm);
  const from = await readCounters(admin);
  await sleep(5_000);
  const idle = [from, await readCounters(admin)] as const;
  const costs = new Map<string, Cost>();
  for (const [name, command] of commands) {
    const looks: Cost[] = [];
    for (let look = 0; look < 3; look += 1) looks.push(await costOf(admin, calls, command, idle));
    costs.set(name, {
      buffers: median(looks.map(({ buffers }) => buffers)),
      rows: median(looks.map(({ rows }) => rows)),
    });
  }
  return costs;
}

/** CPU of each process while nothing is asked, in percent of a core. */
async function restingCpu(system: LocalSystem, seconds: number): Promise<Map<string, number>> {
  const { pids } = system.local();
  const read = (): [string, number][] => [
    ["api", cpuSeconds(pids.apis[0] ?? 0)],
    ["gateway", cpuSeconds(pids.gateways[0] ?? 0)],
    ["worker", cpuSeconds(pids.worker)],
    ["Redis", cpuSeconds(pids.redis ?? 0)],
    ["Postgres", treeCpuSeconds(pids.postgres ?? 0)],
  ];
  const before = new Map(read());
  await sleep(seconds * 1_000);
  return new Map(
    read().map(([name, used]) => [name, (100 * (used - (before.get(name) ?? 0))) / seconds]),
  );
}

export const tenants: Scenario = {
  name: "tenants",
  title: "Many restaurants and three years of history",
  options: { tenants: 100_000, requests: 300_000, calls: 50, rest: 30, seed: 1 },
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
    await admin.connect();
    try {
      const commands = await commandsOf(system, tenantId);
      progress.update("fresh database");
      // Its reads would count as those of commands.
      await admin.query("alter system set autovacuum = off");
      await admin.query("select pg_reload_conf()");
      await admin.query("vacuum analyze");
      const { worker } = system.local().pids;
      const measure = async (): Promise<Map<string, Cost>> => {
        // The worker's rounds over all restaurants would count as reads of commands.
        process.kill(worker, "SIGSTOP");
        try {
          return await measureAll(admin, commands, option("calls"));
        } finally {
          process.kill(worker, "SIGCONT");
        }
      };
      const fresh = await measure();
      const growth = {
        tenants: option("tenants"),
        requests: option("requests"),
        seed: option("seed"),
        tenantId,
      };
      await growDatabase(admin, growth, progress);
      progress.update("aged database");
      const aged = await measure();
      const { rows } = await admin.query<{ bytes: string }>(`
        select sum(pg_total_relation_size(inhrelid)) as bytes from pg_inherits
        where inhparent = 'request_history'::regclass`);
      progress.update("at rest");
      // The worker makes up for the rounds that it missed.
      await sleep(15_000);
      const resting = await restingCpu(system, option("rest"));
      const ratio = (name: string, what: keyof Cost): Figure => {
        const [value, before] = [aged, fresh].map((costs) => costs.get(name)?.[what] ?? Number.NaN);
        const quotient = (value ?? 0) / (before ?? 0);
        return {
          name: `${name}: ${what}`,
          value: value ?? Number.NaN,
          unit: "",
          peer: { name: "fresh database", value: before ?? Number.NaN },
          ratio: quotient,
          target: { text: "at most 1.1 x", met: quotient <= 1.1 },
        };
      };
      return {
        unit: "% of a core at rest",
        bars: [...resting].map(([label, value]) => ({ label, value })),
        samples: { fresh: Object.fromEntries(fresh), aged: Object.fromEntries(aged) },
        figures: [
          ...[...commands.keys()].flatMap((name) => [ratio(name, "buffers"), ratio(name, "rows")]),
          {
            name: "history, per 1,000 requests",
            value: Number(rows[0]?.bytes) / 1_024 / ((growth.requests + growth.tenants) / 1_000),
            unit: "KB",
          },
          ...[...resting].map(([name, value]): Figure => ({
            name: `${name} at rest`,
            value,
            unit: "% of a core",
            target: { text: "below 3 %", met: value < 3 },
          })),
        ],
      };
    } finally {
      await admin.end();
    }
  },
};
