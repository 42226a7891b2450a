/**
 * A production release on the current kube context: existing Secrets, external stores,
 * the migration as a hook, an autoscaler on CPU. Needs what `cluster.cluster.ts` needs, and a
 * metrics server.
 */
import { spawn } from "node:child_process";
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
const postgres = [
  "--namespace",
  cluster.other,
  "exec",
  "statefulset/stores-waiter-dev-postgres",
  "--",
  "env",
  "PGPASSWORD=waiter",
  "psql",
  "--host=127.0.0.1",
  "--username=waiter",
  "--dbname=waiter",
  "--no-align",
  "--tuples-only",
  "--command",
];
const inPostgres = (sql: string): string => run("kubectl", [...postgres, sql]);

const [postgresHost, redisHost] = ["postgres", "redis"].map(
  (store) => `stores-waiter-dev-${store}.${cluster.other}`,
);
const stores = {
  DATABASE_URL: `postgres://waiter_app:waiter@${postgresHost}:5432/waiter`,
  MIGRATION_DATABASE_URL: `postgres://waiter:waiter@${postgresHost}:5432/waiter`,
  RELAY_DATABASE_URL: `postgres://waiter_relay:waiter@${postgresHost}:5432/waiter`,
  REDIS_URL: `redis://${redisHost}:6379`,
  QUEUE_REDIS_URL: `redis://${redisHost}:6379`,
};
function writeStoresSecret(stringData: Readonly<Record<string, string>> = stores): void {
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

  test("a migration that outlives Helm keeps its network, and the next upgrade succeeds", async () => {
    const migrations = (): string =>
      cluster.kubectl("get", "jobs,networkpolicies", "--output", "name");
    const upgrade = (timeout: string): string =>
      cluster.helm("upgrade", "w", chart, ...values, "--wait", "--timeout", timeout);
    // Another migration runs: it holds the lock under which only one may.
    const holder = spawn("kubectl", [
      ...postgres,
      "select pg_advisory_lock(1463896404); select pg_sleep(3600)",
    ]);
    try {
      await until("the lock to be held", 60_000, () =>
        inPostgres(
          "select count(*) from pg_locks where locktype = 'advisory' and granted",
        ).includes("1"),
      );
      expect(() => upgrade("10s")).toThrow("waiter-migrate");
      expect(migrations()).toContain("networkpolicy.networking.k8s.io/w-waiter-migrate");
      expect(migrations()).toContain("job.batch/w-waiter-migrate");
      inPostgres(
        "select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and granted",
      );
      await until("the migration to end", 120_000, () =>
        cluster
          .kubectl("get", "job", "w-waiter-migrate", "--output", "jsonpath={.status.succeeded}")
          .includes("1"),
      );
    } finally {
      holder.kill();
    }
    upgrade("5m");
    expect(cluster.kubectl("get", "jobs", "--output", "name")).toBe("");
  });

  test.each([
    ["DATABASE_URL", "password authentication failed"],
    ["MIGRATION_DATABASE_URL", "password authentication failed"],
    ["REDIS_URL", "WRONGPASS"],
  ] as const)("a login of %s that is refused is named, and changes no pod", (variable, reason) => {
    const pods = cluster.pods("api");
    const wrong = Object.assign(new URL(stores[variable]), { password: "wrong" });
    // The Redis of this test lets its default user in with any password.
    wrong.username ||= "stranger";
    writeStoresSecret({ ...stores, [variable]: wrong.href });
    expect(() =>
      cluster.helm("upgrade", "w", chart, ...values, "--set-string", "rolloutToken=x", "--wait"),
    ).toThrow(`${variable}: ${reason}`);
    expect(cluster.pods("api")).toEqual(pods);
    writeStoresSecret();
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
    // The autoscaler may add pods for the CPU of a roll-out; it removes none within five minutes.
    expect(Number(replicas())).toBeGreaterThanOrEqual(Number(chosen));
    expect(Number(chosen)).toBeGreaterThanOrEqual(3);
  });

  test("an uninstall leaves the two Secrets and no other object of the release", () => {
    cluster.helm("uninstall", "w", "--wait");
    expect(
      cluster.kubectl(
        "get",
        "deployments,jobs,services,networkpolicies,configmaps,hpa,pdb,secrets",
        "--selector",
        "app.kubernetes.io/instance=w",
        "--output",
        "name",
      ),
    ).toBe("");
    expect(cluster.kubectl("get", "secrets", "--output", "name").trim().split("\n")).toEqual([
      "secret/waiter-keys",
      "secret/waiter-stores",
    ]);
    cluster.helm("install", "w", chart, ...values, "--wait", "--timeout", "5m");
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
