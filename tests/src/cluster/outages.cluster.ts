/**
 * Outages of the stores on the current kube context. Alerts are tried where WAITER_PROMETHEUS is
 * given.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { Cluster, until } from "./kube.ts";
import { firing, prometheus, scraped } from "./prometheus.ts";
import { components, Release } from "./release.ts";

const cluster = new Cluster(`waiter-outages-${process.pid}`);
const release = new Release(
  cluster,
  "socketGateway.drainSeconds=5",
  ...(prometheus === ""
    ? []
    : ["monitoring.podMonitor.enabled=true", "monitoring.rules.enabled=true", ...scraped]),
);

(Cluster.isGiven() ? describe : describe.skip)("an outage of a store", () => {
  beforeAll(() => {
    cluster.open();
    release.upgrade();
  });
  afterAll(() => cluster.close());

  test.each([
    { store: "redis", alert: "WaiterRedisDown" },
    { store: "postgres", alert: "WaiterPostgresDown" },
  ])("of $store restarts no pod, raises its alert and ends by itself", async ({ store, alert }) => {
    const { namespace } = cluster;
    const restarts = cluster.restarts();
    const stateful = `statefulset/w-waiter-dev-${store}`;
    cluster.kubectl("scale", stateful, "--replicas=0");
    await until(`${store} to be gone`, 60_000, () => cluster.pods(`dev-${store}`).length === 0);
    // Three times as long as a liveness probe would need to end a pod.
    await sleep(90_000);
    expect(cluster.restarts()).toBe(restarts);
    for (const component of components)
      expect(cluster.readyPods(component)).toEqual(cluster.pods(component));
    if (prometheus !== "")
      await until(`${alert} to fire`, 120_000, () => firing(namespace).includes(alert));
    cluster.kubectl("scale", stateful, "--replicas=1");
    cluster.kubectl("rollout", "status", stateful, "--timeout=120s");
    await release.works();
    expect(cluster.restarts()).toBe(restarts);
    if (prometheus !== "")
      await until(`${alert} to be quiet again`, 120_000, () => !firing(namespace).includes(alert));
  });
});
