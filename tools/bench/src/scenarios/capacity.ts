import { randomBytes, randomUUID } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Redis } from "ioredis";
import pg from "pg";
import { openRestaurant } from "../nemesis/restaurant.ts";
import { kernelBytes } from "../kernel-memory.ts";
import { cpuSeconds, treeCpuSeconds } from "../process-stats.ts";
import { writeReport } from "../report/write.ts";
import type { Figure, Scenario, ScenarioContext } from "../scenario.ts";
import { LocalSystem } from "../system/local-system.ts";
import { Swarm } from "../swarm/swarm.ts";
import { demoTenant, guestTokens, post } from "../system/tokens.ts";
import { broadcast } from "./fan-out.ts";
import { idleMemory } from "./idle-memory.ts";
import { redisBytes } from "./redis-bytes.ts";

/** What a table's evening is taken to be; change it with the options of the same names. */
interface Assumptions {
  readonly guestsPerTable: number;
  readonly tablesPerRestaurant: number;
  readonly staffScreensPerRestaurant: number;
  readonly minutesBetweenCalls: number;
  readonly eventsPerCall: number;
  readonly daysKept: number;
  readonly podMemoryGb: number;
}

/**
 * The first figure of a scenario's last report; measured now, with its defaults, if there is none.
 */
async function measured(scenario: Scenario, context: ScenarioContext): Promise<number> {
  const path = join(context.out, `${scenario.name}.json`);
  const option = (name: string): number => scenario.options[name] ?? Number.NaN;
  if (!existsSync(path))
    writeReport(context.out, scenario, await scenario.run({ ...context, option }));
  const { figures } = JSON.parse(readFileSync(path, "utf8")) as { figures: readonly Figure[] };
  const [first] = figures;
  if (!first) throw new Error(`${path} holds no figure`);
  return first.value;
}

const lanes = 8;

interface CostOfCall {
  /** CPU seconds of api and worker for one call, claimed and completed. */
  readonly cpuSeconds: number;
  /** The same of Postgres. */
  readonly postgresSeconds: number;
  /**
   * What one event leaves in Postgres: itself, and its share of the request and the stored answers.
   */
  readonly bytesPerEvent: number;
  /**
   * What a restaurant that was busy within the last hour holds in Redis: its replay log is full.
   */
  readonly redisBytesPerRestaurant: number;
}

/** Runs `calls` calls in one restaurant, each claimed and completed, and reads what they cost. */
async function costOfCall(calls: number): Promise<CostOfCall> {
  const platformToken = randomBytes(24).toString("hex");
  await using system = await LocalSystem.start({ env: { PLATFORM_ADMIN_TOKEN: platformToken } });
  const { api, pids, databaseUrl } = system.local();
  const {
    host,
    owner,
    tableTokens,
    id: tenantId,
  } = await openRestaurant(system, platformToken, "capacity", lanes * 6);
  const { accessToken } = (await post(api, "/api/auth/login", host, owner)) as {
    accessToken: string;
  };
  const staff = { authorization: `Bearer ${accessToken}` };
  const guests = await Promise.all(
    tableTokens.map(
      async (tableToken) =>
        ((await post(api, "/api/guest/sessions", host, { tableToken })) as { accessToken: string })
          .accessToken,
    ),
  );
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 1 });
  const size = async (): Promise<number> =>
    Number(
      (await pool.query<{ size: string }>("select pg_database_size(current_database()) as size"))
        .rows[0]?.size,
    );
  const processes = [...pids.apis, pids.worker];
  const cpu = () => processes.reduce((sum, pid) => sum + cpuSeconds(pid), 0);
  const postgresCpu = () => treeCpuSeconds(pids.postgres ?? 0);
  const redis = new Redis(system.local().redisUrl);
  const [cpuBefore, postgresBefore, sizeBefore] = [cpu(), postgresCpu(), await size()];
  // A table's calls are all one lane's, so that each is closed before the next is made.
  const lane = async (first: number): Promise<void> => {
    for (let index = first; index < calls; index += lanes) {
      const guest = guests[index % guests.length];
      const { request } = (await post(
        api,
        "/api/guest/requests",
        host,
        { type: "waiter" },
        { authorization: `Bearer ${guest}`, "idempotency-key": randomUUID() },
      )) as { request: { id: string } };
      await post(api, `/api/requests/${request.id}/claim`, host, {}, staff);
      await post(api, `/api/requests/${request.id}/complete`, host, {}, staff);
    }
  };
  await Promise.all(Array.from({ length: lanes }, (_, index) => lane(index)));
  await pool.query("select set_config('waiter.tenant_id', $1, false)", [tenantId]);
  const events = Number(
    (
      await pool.query<{ count: string }>("select count(*) from event where tenant_id = $1", [
        tenantId,
      ])
    ).rows[0]?.count,
  );
  const result = {
    cpuSeconds: ((cpu() - cpuBefore) * 3) / events,
    postgresSeconds: ((postgresCpu() - postgresBefore) * 3) / events,
    bytesPerEvent: ((await size()) - sizeBefore) / events,
    redisBytesPerRestaurant: await keyBytes(redis, `waiter:{${tenantId}}:*`),
  };
  redis.disconnect();
  await pool.end();
  return result;
}

/** Between two pings of a guest that bears so long a silence, as the SDK's do, ms. */
const [heartbeatMs, silenceMs] = [47_000, 52_000];

interface CostOfConnection {
  /** CPU seconds that one heartbeat of one idle connection costs the gateway. */
  readonly heartbeat: number;
  /** What the kernel holds for the gateway's end of it. */
  readonly kernelBytes: number;
}

async function costOfConnection(sockets: number): Promise<CostOfConnection> {
  await using system = await LocalSystem.start();
  const { gateways, pids } = system.local();
  const tokens = guestTokens(system, await demoTenant(system), sockets, sockets / 2);
  const overOneInterval = async (): Promise<number> => {
    const before = cpuSeconds(pids.gateways[0] ?? 0);
    await new Promise((resolve) => setTimeout(resolve, heartbeatMs));
    return cpuSeconds(pids.gateways[0] ?? 0) - before;
  };
  const alone = await overOneInterval();
  await using swarm = new Swarm(1);
  const kernelBefore = kernelBytes();
  await swarm.connect({
    urls: gateways,
    count: sockets,
    namespace: "/guest",
    headers: [{ host: system.tenantHost }],
    auths: tokens.map((token) => ({ token, silenceMs })),
    compression: false,
  });
  // What connecting leaves to collect is no heartbeat's.
  await overOneInterval();
  return {
    heartbeat: ((await overOneInterval()) - alone) / sockets,
    // The swarm's end is on this machine too.
    kernelBytes: Math.max(0, kernelBytes() - kernelBefore) / sockets / 2,
  };
}

/** Memory of the keys that match. */
async function keyBytes(redis: Redis, pattern: string): Promise<number> {
  const sizes = await Promise.all(
    (await redis.keys(pattern)).map((key) => redis.call("MEMORY", "USAGE", key, "SAMPLES", "0")),
  );
  return sizes.reduce((sum: number, size) => sum + Number(size), 0);
}

const amount = (value: number): string =>
  Number(value.toPrecision(3)).toLocaleString("en", { maximumFractionDigits: 2 });

export const capacity: Scenario = {
  name: "capacity",
  title: "Capacity, from measured costs",
  options: {
    "guests-per-table": 3,
    "tables-per-restaurant": 25,
    "staff-screens": 5,
    "minutes-between-calls": 20,
    "events-per-call": 3,
    "days-kept": 30,
    "pod-memory": 2,
    sockets: 4_000,
    calls: 2_000,
  },
  async run(context) {
    const { option, progress } = context;
    const assume: Assumptions = {
      guestsPerTable: option("guests-per-table"),
      tablesPerRestaurant: option("tables-per-restaurant"),
      staffScreensPerRestaurant: option("staff-screens"),
      minutesBetweenCalls: option("minutes-between-calls"),
      eventsPerCall: option("events-per-call"),
      daysKept: option("days-kept"),
      podMemoryGb: option("pod-memory"),
    };
    const bytesPerSocket = await measured(idleMemory, context);
    const deliveriesPerCore = await measured(broadcast, context);
    const redisPerEvent = await measured(redisBytes, context);
    progress.update("cost of a heartbeat");
    const connection = await costOfConnection(option("sockets"));
    progress.update("cost of a call");
    const call = await costOfCall(option("calls"));
    const perGb = 2 ** 30 / bytesPerSocket;
    const rows = [10_000, 100_000, 1_000_000, 10_000_000].map((sockets) => {
      const tables = sockets / assume.guestsPerTable;
      const callsPerSecond = tables / (assume.minutesBetweenCalls * 60);
      const events = callsPerSecond * assume.eventsPerCall;
      const deliveries = events * (assume.staffScreensPerRestaurant + assume.guestsPerTable);
      const perPod = 0.65 * perGb * assume.podMemoryGb;
      return {
        sockets,
        restaurants: tables / assume.tablesPerRestaurant,
        callsPerSecond,
        events,
        gatewayPods: Math.ceil(sockets / perPod),
        gatewayGb: sockets / perGb,
        kernelGb: (sockets * connection.kernelBytes) / 2 ** 30,
        fanOutCores: deliveries / deliveriesPerCore,
        heartbeatCores: (sockets * connection.heartbeat * 1_000) / heartbeatMs,
        apiCores: callsPerSecond * call.cpuSeconds,
        postgresCores: callsPerSecond * call.postgresSeconds,
        redisMbps: (events * redisPerEvent * 8) / 1e6,
        redisGb: ((tables / assume.tablesPerRestaurant) * call.redisBytesPerRestaurant) / 2 ** 30,
        postgresHourGb: (events * 3_600 * call.bytesPerEvent) / 2 ** 30,
        postgresGb: (events * 3_600 * 10 * assume.daysKept * call.bytesPerEvent) / 2 ** 30,
      };
    });
    const head = [
      "guest sockets",
      "restaurants",
      "calls/s",
      "events/s",
      `gateway pods of ${assume.podMemoryGb} GiB at 65 %`,
      "gateway memory, GiB",
      "kernel memory of the sockets, GiB",
      "gateway cores, fan-out",
      "gateway cores, heartbeats",
      "api + worker cores",
      "Postgres cores",
      "out of Redis, Mbit/s",
      "replay logs in Redis, GiB",
      "Postgres, written in an hour, GiB",
      `Postgres after ${assume.daysKept} days of 10 h, GiB`,
    ];
    const markdown = [
      `| ${head.join(" | ")} |`,
      `|${" ---: |".repeat(head.length)}`,
      ...rows.map((row) => `| ${Object.values(row).map(amount).join(" | ")} |`),
    ].join("\n");
    const path = join(context.out, "capacity.md");
    writeFileSync(path, `${markdown}\n\nAssumed: ${JSON.stringify(assume)}\n`);
    console.log(`\n${markdown}\nwrote ${path}`);
    return {
      unit: "gateway pods",
      samples: { assume, rows },
      bars: rows.map(({ sockets, gatewayPods }) => ({
        label: `${amount(sockets)} sockets`,
        value: gatewayPods,
      })),
      figures: [
        { name: "connections per GiB", value: perGb, unit: "sockets" },
        { name: "deliveries per core", value: deliveriesPerCore, unit: "/s" },
        { name: "kernel memory of a connection", value: connection.kernelBytes, unit: "bytes" },
        { name: "CPU of a heartbeat", value: connection.heartbeat * 1e6, unit: "us" },
        {
          name: "CPU of a call, claimed and completed",
          value: call.cpuSeconds * 1_000,
          unit: "ms",
        },
        {
          name: "CPU of Postgres for it",
          value: call.postgresSeconds * 1_000,
          unit: "ms",
        },
        { name: "Postgres per event", value: call.bytesPerEvent, unit: "bytes" },
        {
          name: "Redis, a restaurant with a full replay log",
          value: call.redisBytesPerRestaurant,
          unit: "bytes",
        },
        { name: "out of Redis per event and gateway", value: redisPerEvent, unit: "bytes" },
      ],
    };
  },
};
