/**
 * What the chart gives to Prometheus, where WAITER_PROMETHEUS is given: the operator takes the
 * monitors and the rules, Prometheus loads them, an alert fires, every query of the dashboards is
 * valid. KEDA's autoscaler follows Prometheus where the cluster has KEDA's API.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { Cluster, until } from "./kube.ts";
import {
  firing,
  loadedRules,
  prometheus,
  prometheusInside,
  query,
  scraped,
  targets,
} from "./prometheus.ts";
import { chart, components, hasApi, Release } from "./release.ts";

const cluster = new Cluster(`waiter-monitoring-${process.pid}`);
const { namespace } = cluster;
const release = new Release(
  cluster,
  "socketGateway.drainSeconds=5",
  "socketGateway.minReadySeconds=0",
  "monitoring.rules.enabled=true",
  "monitoring.dashboards.enabled=true",
  ...scraped,
);

const pods = (): string[] => components.flatMap((component) => cluster.pods(component)).toSorted();
const allUp = (): boolean => {
  const up = targets(namespace);
  return pods().every((pod) => up[pod] === "1");
};
/** The queries of all dashboards, with Grafana's variables as a person would choose them. */
const panelQueries = (): string[] => {
  const folder = join(chart, "files/dashboards");
  return readdirSync(folder).flatMap((file) =>
    [...readFileSync(join(folder, file), "utf8").matchAll(/"expr": (".*")/gu)].map(([, text]) =>
      (JSON.parse(text ?? '""') as string)
        .replaceAll("$namespace", namespace)
        .replaceAll("$release", "w-waiter")
        .replaceAll("$__rate_interval", "1m")
        .replaceAll("$__range", "5m")
        .replaceAll("$__interval", "15s"),
    ),
  );
};

(Cluster.isGiven() && prometheus !== "" ? describe : describe.skip)("Prometheus", () => {
  beforeAll(() => cluster.open());
  afterAll(() => cluster.close());

  test.each(["podMonitor", "serviceMonitor"])("a %s makes every pod a target", async (monitor) => {
    release.upgrade(`monitoring.${monitor}.enabled=true`);
    await until("every pod to be scraped", 180_000, allUp);
  });

  test("it has loaded every rule of the chart, and each can be evaluated", async () => {
    const names = [
      ...readFileSync(join(chart, "files/alerts.yaml"), "utf8").matchAll(
        /- (?:alert|record): (\S+)/gu,
      ),
    ].map(([, name]) => name);
    await until(
      "all rules to be evaluated",
      120_000,
      () =>
        loadedRules(namespace).length === names.length &&
        loadedRules(namespace).every(({ health }) => health === "ok"),
    );
    expect(new Set(loadedRules(namespace).map(({ name }) => name))).toEqual(new Set(names));
  });

  test("it answers every query of the dashboards", () => {
    const queries = panelQueries();
    expect(queries.length).toBeGreaterThan(0);
    for (const promql of queries) {
      expect(promql).not.toContain("$");
      expect(() => query(promql)).not.toThrow();
    }
  });

  test("a service that does not run raises its alert, which ends when it runs again", async () => {
    const alert = "WaiterTargetsMissing";
    cluster.kubectl("scale", "deployment/w-waiter-worker", "--replicas=0");
    await until(`${alert} to fire`, 300_000, () => firing(namespace).includes(alert));
    cluster.kubectl("scale", "deployment/w-waiter-worker", "--replicas=2");
    await until(`${alert} to end`, 180_000, () => !firing(namespace).includes(alert));
  });

  (hasApi("scaledobjects.keda.sh") ? describe : describe.skip)("with KEDA", () => {
    test("gateways are added as screens connect, and no screen misses an event", async () => {
      release.upgrade(
        "monitoring.podMonitor.enabled=true",
        "autoscaling.mode=keda",
        `autoscaling.keda.prometheusUrl=${prometheusInside}`,
        "autoscaling.keda.pollingInterval=5",
        // 40 screens want ceil(40 / 13) = 4 gateways.
        "socketGateway.maxConnections=100",
        "socketGateway.autoscaling.targetConnectionsPercent=13",
        "socketGateway.autoscaling.maxReplicas=4",
        "api.autoscaling.maxReplicas=2",
        // Screens alone decide: so much CPU no gateway of this test needs.
        "socketGateway.autoscaling.targetCPUUtilization=100",
        "socketGateway.resources.requests.cpu=250m",
      );
      const gateways = (): number => release.replicas()[1] ?? 0;
      expect(gateways()).toBe(2);
      const result = await release.underLoad(
        "keda",
        90,
        () => until("four gateways", 90_000, () => gateways() === 4),
        { sockets: 40, callsPerSecond: 1 },
      );
      expect(result).toMatchObject({ failedCalls: 0, wrongScreens: 0 });
    });
  });
});
