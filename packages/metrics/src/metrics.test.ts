import { describe, expect, test } from "@jest/globals";
import {
  createMetrics,
  definitions,
  observePools,
  observePostgres,
  type MetricName,
} from "./index.ts";

/** What dashboards, alerts and autoscalers rely on. */
const contract: Record<string, readonly string[]> = {
  waiter_connected_clients: ["nsp"],
  waiter_total_rooms: ["nsp"],
  waiter_total_sockets: ["nsp"],
  waiter_http_request_duration_seconds: ["method", "route", "status"],
  waiter_event_delivery_seconds: [],
  waiter_events_published_total: ["via"],
  waiter_outbox_unpublished: [],
  waiter_outbox_oldest_seconds: [],
  waiter_event_consumer_behind_seconds: ["consumer"],
  waiter_event_consumer_lost: ["consumer"],
  waiter_sync_total: ["result"],
  waiter_socket_disconnects_total: ["reason"],
  waiter_socket_slow_consumers_total: [],
  waiter_rate_limited_total: ["scope"],
  waiter_queue_jobs: ["queue", "state"],
  waiter_queue_oldest_job_seconds: ["queue"],
  waiter_db_pool_connections: ["state"],
  waiter_postgres_up: ["client"],
  waiter_redis_up: ["client"],
  waiter_redis_reconnects_total: ["client"],
  waiter_malformed_messages_total: ["source"],
  waiter_circuit_state: ["target"],
  waiter_outbound_circuits: ["target", "state"],
  waiter_outbound_requests_total: ["target", "outcome"],
  waiter_outbound_request_duration_seconds: ["target"],
  waiter_deliveries_total: ["channel", "outcome"],
  waiter_delivery_sent_seconds: ["channel"],
  waiter_work_failures_total: ["work"],
  waiter_license_valid: [],
  waiter_security_events_total: ["event"],
  waiter_license_expires_timestamp_seconds: [],
};
/** Labels that scrapers set, and the tenant, of which there may be a million. */
const forbidden = [
  "namespace",
  "pod",
  "instance",
  "job",
  "service",
  "container",
  "endpoint",
  "tenant",
  "tenant_id",
  "tenantId",
];

describe("metrics", () => {
  test("names and labels are those of the contract", () => {
    const ours = Object.values(definitions).map((definition) => [
      definition.name,
      "labels" in definition ? [...definition.labels] : [],
    ]);
    expect(Object.fromEntries(ours)).toEqual(contract);
  });

  test("no metric has a label for a tenant or a label that scrapers set", async () => {
    const { registry } = createMetrics();
    const text = await registry.metrics();
    const labels = new Set([...text.matchAll(/[{,]([a-zA-Z_]+)="/g)].map((match) => match[1]));
    for (const definition of Object.values(definitions))
      if ("labels" in definition) for (const label of definition.labels) labels.add(label);
    for (const label of forbidden) expect(labels).not.toContain(label);
  });

  test("a scrape reads all pools of the process", async () => {
    const metrics = createMetrics({ defaults: false });
    const pool = { active: 1, idle: 2, waiting: 0, max: 10 };
    observePools(metrics, () => [pool, { active: 3, idle: 0, waiting: 4, max: 5 }]);
    pool.active = 2;
    const { values } = await metrics.dbPoolConnections.get();
    expect(Object.fromEntries(values.map(({ labels, value }) => [labels.state, value]))).toEqual({
      active: 5,
      idle: 2,
      waiting: 4,
      max: 15,
    });
  });

  test("Postgres is pinged once per client at each scrape", async () => {
    const metrics = createMetrics();
    let up = true;
    const ping = () => (up ? Promise.resolve() : Promise.reject(new Error("away")));
    observePostgres(metrics, { application: ping, relay: () => Promise.resolve() });
    const values = async () =>
      (await metrics.postgresUp.get()).values.map(({ labels, value }) => [labels.client, value]);
    expect(await values()).toEqual([
      ["application", 1],
      ["relay", 1],
    ]);
    up = false;
    expect(await values()).toEqual([
      ["application", 0],
      ["relay", 1],
    ]);
  });

  test("a process exports Node's metrics and the named ones; the others stay writable", async () => {
    const names: MetricName[] = ["redisUp"];
    const metrics = createMetrics({ names });
    metrics.redisUp.set({ client: "command" }, 1);
    metrics.syncTotal.inc({ result: "ok" });
    const text = await metrics.registry.metrics();
    expect(text).toContain('waiter_redis_up{client="command"} 1');
    expect(text).toContain("nodejs_eventloop_lag_seconds");
    expect(text).not.toContain("waiter_sync_total");
  });
});
