/**
 * A production release on the current kube context: existing Secrets, external stores,
 * the migration as a hook, an autoscaler on CPU. Needs what `cluster.cluster.ts` needs, and a
 * metrics server.
 */
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { Cluster, run, until } from "./kube.ts";

const tag = process.env["WAITER_TAG"] ?? "0.2.0";
const image = `waiter/api:${tag}`;
const chart = join(import.meta.dirname, "../../../helm/waiter");
const cluster = new Cluster(`waiter-production-${process.pid}`);

const values = [
  "domain=waiter.test",
  "scheme=http",
  `image.tag=${tag}`,
  "image.pullPolicy=Never",
  "socketGateway.drainSeconds=5",
  "socketGateway.minReadySeconds=5",
  ...["api", "socketGateway", "worker"].map((service) => `${service}.resources.requests.cpu=50m`),
].flatMap((pair) => ["--set", pair]);

/** The chart's development stores, alone, where no policy of the release under test reaches. */
function startStores(): void {
  const dev = [
    "--set",
    "domain=waiter.test",
    "--set",
    "scheme=http",
    "--set",
    "devStores.enabled=true",
    "--set",
    "networkPolicy.enabled=false",
  ];
  cluster.apply(
    run("helm", ["template", "stores", chart, ...dev, "--show-only", "templates/dev/stores.yaml"]),
    cluster.other,
  );
  for (const store of ["postgres", "redis"])
    run("kubectl", [
      "--namespace",
      cluster.other,
      "rollout",
      "status",
      `statefulset/stores-waiter-dev-${store}`,
      "--timeout=180s",
    ]);
}
function writeStoresSecret(): void {
  const [postgres, redis] = ["postgres", "redis"].map(
    (store) => `stores-waiter-dev-${store}.${cluster.other}`,
  );
  const stringData = {
    DATABASE_URL: `postgres://waiter_app:waiter@${postgres}:5432/waiter`,
    MIGRATION_DATABASE_URL: `postgres://waiter:waiter@${postgres}:5432/waiter`,
    RELAY_DATABASE_URL: `postgres://waiter_relay:waiter@${postgres}:5432/waiter`,
    REDIS_URL: `redis://${redis}:6379`,
    QUEUE_REDIS_URL: `redis://${redis}:6379`,
  };
  cluster.apply(
    JSON.stringify({
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: "waiter-stores" },
      stringData,
    }),
  );
}
/** What the image prints is what an operator pipes into kubectl. */
async function writeKeysSecret(): Promise<void> {
  cluster.startCommand("keys", cluster.namespace, image, ["node", "dist/main.js", "keys"]);
  const { log } = await cluster.ended("keys", cluster.namespace, 60_000);
  cluster.apply(log);
}
const replicas = (): string =>
  cluster.kubectl("get", "deployment", "w-waiter-api", "--output", "jsonpath={.spec.replicas}");

(Cluster.isGiven() ? describe : describe.skip)("a production release", () => {
  beforeAll(async () => {
    cluster.open();
    startStores();
    writeStoresSecret();
    await writeKeysSecret();
  });
  afterAll(() => cluster.close());

  test("an install that does not wait comes up by itself, after its migration", async () => {
    cluster.helm("install", "w", chart, ...values);
    for (const component of ["api", "socket-gateway", "worker"]) {
      await until(
        `${component} to be ready`,
        180_000,
        () => cluster.readyPods(component).length === 2,
      );
    }
    expect(cluster.restarts()).toBe(0);
    expect(cluster.helm("test", "w", "--logs")).toContain("the call reached the staff socket");
    // The hook has left nothing behind.
    expect(cluster.kubectl("get", "jobs", "--output", "name")).toBe("");
  });

  test("an upgrade that turns the autoscaler on, and the next one, leave the number of pods to it", async () => {
    const hpa = [
      ...values,
      "--set",
      "autoscaling.mode=hpa",
      "--set",
      "api.autoscaling.maxReplicas=4",
      "--wait",
      "--timeout",
      "5m",
    ];
    cluster.kubectl("scale", "deployment/w-waiter-api", "--replicas=3");
    cluster.helm("upgrade", "w", chart, ...hpa);
    await until("a figure of CPU to scale by", 180_000, () =>
      /\d/.test(
        cluster.kubectl(
          "get",
          "hpa",
          "w-waiter-api",
          "--output",
          "jsonpath={.status.currentMetrics[0].resource.current.averageUtilization}",
        ),
      ),
    );
    const chosen = replicas();
    cluster.helm("upgrade", "w", chart, ...hpa, "--set", "api.rolloutToken=again");
    expect(replicas()).toBe(chosen);
    expect(Number(chosen)).toBeGreaterThanOrEqual(2);
  });

  test("another install on the same stores waits until it is ready, with every call that was there", () => {
    const tenant = [
      "exec",
      "deploy/w-waiter-api",
      "--container",
      "api",
      "--",
      "node",
      "dist/main.js",
      "tenant",
    ];
    cluster.kubectl(
      ...tenant,
      "create",
      "kept",
      "--name",
      "Kept",
      "--owner-email",
      "owner@waiter.test",
    );
    cluster.helm("uninstall", "w", "--wait");
    cluster.helm("install", "w", chart, ...values, "--wait", "--timeout", "5m");
    expect(cluster.kubectl(...tenant, "list")).toContain("kept");
  });
});
