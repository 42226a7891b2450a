import type { CostOfCall } from "./cost-of-call.ts";
import { heartbeatMs, type CostOfConnection } from "./cost-of-connection.ts";

/** What a table's evening is taken to be; change it with the options of the same names. */
export interface Assumptions {
  readonly guestsPerTable: number;
  readonly tablesPerRestaurant: number;
  readonly staffScreensPerRestaurant: number;
  readonly minutesBetweenCalls: number;
  readonly eventsPerCall: number;
  readonly daysKept: number;
  readonly podMemoryGb: number;
}

/** What was measured, per unit. */
export interface Costs {
  readonly bytesPerSocket: number;
  readonly deliveriesPerCore: number;
  readonly redisBytesPerEvent: number;
  readonly connection: CostOfConnection;
  readonly call: CostOfCall;
}

const gib = 2 ** 30;
/** The share of a gateway's memory at which the autoscaler aims. */
const targetShare = 0.65;

/** What so many guest sockets need, in the order of the table's columns. */
export function needsOf(
  sockets: number,
  assume: Assumptions,
  { bytesPerSocket, deliveriesPerCore, redisBytesPerEvent, connection, call }: Costs,
) {
  const tables = sockets / assume.guestsPerTable;
  const restaurants = tables / assume.tablesPerRestaurant;
  const callsPerSecond = tables / (assume.minutesBetweenCalls * 60);
  const events = callsPerSecond * assume.eventsPerCall;
  const deliveries = events * (assume.staffScreensPerRestaurant + assume.guestsPerTable);
  // A container's limit counts the kernel's memory of its sockets too.
  const bytesInPod = sockets * (bytesPerSocket + connection.kernelBytes);
  return {
    sockets,
    restaurants,
    callsPerSecond,
    events,
    gatewayPods: Math.ceil(bytesInPod / (targetShare * assume.podMemoryGb * gib)),
    gatewayGb: (sockets * bytesPerSocket) / gib,
    kernelGb: (sockets * connection.kernelBytes) / gib,
    fanOutCores: deliveries / deliveriesPerCore,
    heartbeatCores: (sockets * connection.heartbeat * 1_000) / heartbeatMs,
    apiCores: callsPerSecond * call.cpuSeconds,
    postgresCores: callsPerSecond * call.postgresSeconds,
    redisMbps: (events * redisBytesPerEvent * 8) / 1e6,
    redisGb: (restaurants * call.redisBytesPerRestaurant) / gib,
    postgresHourGb: (events * 3_600 * call.bytesPerEvent) / gib,
    postgresGb: (events * 3_600 * 10 * assume.daysKept * call.bytesPerEvent) / gib,
  };
}

export type Needs = ReturnType<typeof needsOf>;

export const amount = (value: number): string =>
  Number(value.toPrecision(3)).toLocaleString("en", { maximumFractionDigits: 2 });

/** The table of `docs/capacity.md`. */
export function needsTable(rows: readonly Needs[], assume: Assumptions): string {
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
  return [
    `| ${head.join(" | ")} |`,
    `|${" ---: |".repeat(head.length)}`,
    ...rows.map((row) => `| ${Object.values(row).map(amount).join(" | ")} |`),
  ].join("\n");
}
