import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { costOfCall } from "../capacity/cost-of-call.ts";
import { costOfConnection } from "../capacity/cost-of-connection.ts";
import { amount, needsOf, needsTable, type Assumptions } from "../capacity/needs.ts";
import { writeReport } from "../report/write.ts";
import type { Figure, Scenario, ScenarioContext } from "../scenario.ts";
import { broadcast } from "./fan-out.ts";
import { idleMemory } from "./idle-memory.ts";
import { redisBytes } from "./redis-bytes.ts";

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
    const redisBytesPerEvent = await measured(redisBytes, context);
    progress.update("cost of a heartbeat");
    const connection = await costOfConnection(option("sockets"));
    progress.update("cost of a call");
    const call = await costOfCall(option("calls"));
    const costs = { bytesPerSocket, deliveriesPerCore, redisBytesPerEvent, connection, call };
    const rows = [10_000, 100_000, 1_000_000, 10_000_000].map((sockets) =>
      needsOf(sockets, assume, costs),
    );
    const markdown = needsTable(rows, assume);
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
        { name: "connections per GiB", value: 2 ** 30 / bytesPerSocket, unit: "sockets" },
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
        { name: "out of Redis per event and gateway", value: redisBytesPerEvent, unit: "bytes" },
      ],
    };
  },
};
