import { createHash, randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import pg from "pg";
import { startPeer } from "../peers/peer.ts";
import { cpuSeconds, treeCpuSeconds } from "../process-stats.ts";
import { median, type Figure, type Scenario } from "../scenario.ts";
import { LocalSystem } from "../system/local-system.ts";
import { post } from "../system/tokens.ts";

/** A server under test: creates a request at a table, then cancels it. */
interface Subject {
  readonly name: string;
  readonly pid: number;
  /** What works for it beside its server and Postgres: Redis, for Waiter also gateway and worker. */
  readonly others: readonly number[];
  readonly createAndCancel: (index: number) => Promise<void>;
}

interface Cost {
  /** CPU of one command, ms. */
  readonly server: number;
  readonly postgres: number;
  readonly others: number;
}
interface Run {
  readonly postgres: number;
  readonly pairs: number;
  readonly concurrency: number;
  /** Resolves when nothing of the writes is left to do. */
  readonly settle: () => Promise<void>;
}

const peerFile = join(import.meta.dirname, "../peers/express-write.ts");
const key = () => ({ "idempotency-key": randomUUID() });
const total = ({ server, postgres, others }: Cost) => server + postgres + others;
const sum = (pids: readonly number[]): number =>
  pids.reduce((seconds, pid) => seconds + cpuSeconds(pid), 0);

/** CPU per command over `pairs` creates and cancels, `concurrency` at a time, until all is done. */
async function measure(
  { pid, others, createAndCancel }: Subject,
  { postgres, pairs, concurrency, settle }: Run,
): Promise<Cost> {
  const before = [cpuSeconds(pid), treeCpuSeconds(postgres), sum(others)] as const;
  let next = 0;
  await Promise.all(
    Array.from({ length: concurrency }, async (_, lane) => {
      while (next < pairs) {
        next += 1;
        await createAndCancel(lane);
      }
    }),
  );
  await settle();
  const perCommand = 1_000 / (2 * pairs);
  return {
    server: (cpuSeconds(pid) - before[0]) * perCommand,
    postgres: (treeCpuSeconds(postgres) - before[1]) * perCommand,
    others: (sum(others) - before[2]) * perCommand,
  };
}

/** A guest of its own at each of the first tables. */
async function waiter(system: LocalSystem, lanes: number): Promise<Subject> {
  const { api, tables, pids } = system.local();
  const host = system.tenantHost;
  const guests = await Promise.all(
    tables.slice(0, lanes).map(async ({ token }) => {
      const answer = await post(api, "/api/guest/sessions", host, { tableToken: token });
      return { authorization: `Bearer ${(answer as { accessToken: string }).accessToken}` };
    }),
  );
  return {
    name: "Waiter",
    pid: pids.apis[0] ?? 0,
    others: [...pids.gateways, pids.worker, ...(pids.redis === null ? [] : [pids.redis])],
    createAndCancel: async (index) => {
      const authorization = guests[index % guests.length] ?? {};
      const created = (await post(
        api,
        "/api/guest/requests",
        host,
        { type: "water" },
        {
          ...authorization,
          ...key(),
        },
      )) as { request: { id: string } };
      await post(
        api,
        `/api/guest/requests/${created.request.id}/cancel`,
        host,
        {},
        {
          ...authorization,
          ...key(),
        },
      );
    },
  };
}

const peer = (
  name: string,
  { pid, port }: { pid: number; port: number },
  redis: number | null,
): Subject => {
  const [origin, host, tenant] = [`http://127.0.0.1:${port}`, "127.0.0.1", randomUUID()];
  return {
    name,
    pid,
    others: redis === null ? [] : [redis],
    createAndCancel: async (index) => {
      const created = (await post(
        origin,
        "/requests",
        host,
        { tenant, table: `table ${index}`, type: "water" },
        key(),
      )) as { request: { id: string } };
      await post(origin, `/requests/${created.request.id}/cancel`, host, { tenant }, key());
    },
  };
};

export const write: Scenario = {
  name: "write",
  title: "CPU of a write: create or cancel a request",
  options: { pairs: 400, rounds: 5, concurrency: 4 },
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
    ];
    const admin = new pg.Client({ connectionString: system.adminDatabaseUrl });
    await admin.connect();
    await using stack = new AsyncDisposableStack();
    stack.defer(() => admin.end());
    const settle = async (): Promise<void> => {
      const left = "select exists (select from outbox) as left";
      while ((await admin.query<{ left: boolean }>(left)).rows[0]?.left === true) await delay(50);
    };
    const run = { postgres: pids.postgres, concurrency, settle };
    const samples = new Map<string, Cost[]>(subjects.map(({ name }) => [name, []]));
    for (const subject of subjects) await measure(subject, { ...run, pairs: 100 });
    for (let round = 0; round < option("rounds"); round += 1) {
      progress.update("round", round, option("rounds"));
      for (const subject of subjects)
        samples.get(subject.name)?.push(await measure(subject, { ...run, pairs: option("pairs") }));
    }
    const costOf = (name: string, pick: (cost: Cost) => number) =>
      median((samples.get(name) ?? []).map(pick));
    const hash = createHash("sha256").update(readFileSync(peerFile)).digest("hex").slice(0, 16);
    const figure = (name: string, against: string, pick: (cost: Cost) => number): Figure => {
      const [value, theirs] = [costOf("Waiter", pick), costOf(against, pick)];
      return {
        name,
        value,
        unit: "ms",
        peer: { name: `${against} (${hash})`, value: theirs },
        ratio: value / theirs,
      };
    };
    const goal = (each: Figure): Figure => ({
      ...each,
      target: { text: "at most 1.2 x", met: (each.ratio ?? Number.NaN) <= 1.2 },
    });
    return {
      unit: "ms of CPU per command",
      samples: Object.fromEntries(samples),
      figures: [
        goal(figure("all processes", "peer, unnamed", total)),
        figure("all processes", "peer, named", total),
        figure("server process", "peer, unnamed", ({ server }) => server),
        figure("server process", "peer, named", ({ server }) => server),
        figure("Postgres", "peer, unnamed", ({ postgres }) => postgres),
        figure("Postgres", "peer, named", ({ postgres }) => postgres),
      ],
      bars: subjects.map(({ name }) => ({ label: name, value: costOf(name, total) })),
    };
  },
};
