/**
 * Against the current kube context, in a throw-away namespace: `pnpm test:cluster`. The images of
 * WAITER_TAG (0.2.0) must be in the cluster, and those of WAITER_NEXT_TAG, where it is given, for
 * the roll-out. Tests run in order, each on what the one before left. Alerts are tried where
 * WAITER_PROMETHEUS is the address of a Prometheus with its operator, in the namespace monitoring.
 * Routes are tried where WAITER_INGRESS is the address of an ingress on this machine
 * (http://127.0.0.1:8080; of class WAITER_INGRESS_CLASS, nginx unless given) and
 * WAITER_INGRESS_CIDR where the pods see it come from.
 */
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { loadTarget, runSmokeTest } from "@waiter/smoke";
import { askFrom } from "./ask-from.ts";
import { Cluster, run, until } from "./kube.ts";

const tag = process.env["WAITER_TAG"] ?? "0.2.0";
const nextTag = process.env["WAITER_NEXT_TAG"] ?? tag;
const sockets = Number(process.env["SOCKETS"] ?? 500);
const callsPerSecond = Number(process.env["CALLS_PER_SECOND"] ?? 20);
const drainSeconds = 30;
const chart = join(import.meta.dirname, "../../../helm/waiter");
const cluster = new Cluster(`waiter-test-${process.pid}`);
const image = `waiter/api:${tag}`;
const prometheus = process.env["WAITER_PROMETHEUS"] ?? "";
/** Names of this release's alerts that fire, as Prometheus says. */
const firing = (): string[] => {
  const query = `ALERTS{alertstate="firing",namespace="${cluster.namespace}"}`;
  const { data } = JSON.parse(
    run("curl", [
      "--fail",
      "--silent",
      "--get",
      `${prometheus}/api/v1/query`,
      "--data-urlencode",
      `query=${query}`,
    ]),
  ) as {
    data: { result: { metric: { alertname: string } }[] };
  };
  return data.result.map(({ metric }) => metric.alertname);
};

const values = [
  "domain=waiter.test",
  "scheme=http",
  "devStores.enabled=true",
  `networkPolicy.from[0].namespaceSelector.matchLabels.kubernetes\\.io/metadata\\.name=${cluster.front}`,
  `socketGateway.drainSeconds=${drainSeconds}`,
  // a small cluster has room for all of them and the surge
  ...["api", "socketGateway", "worker"].map((service) => `${service}.resources.requests.cpu=50m`),
  // one address makes all the calls of this test
  ...["API", "AUTH", "GUEST_SESSIONS", "GUEST_REQUESTS"].map(
    (limit) => `api.config.RATE_LIMIT_${limit}=100000`,
  ),
  "socketGateway.config.CONNECTIONS_PER_ADDRESS_PER_MINUTE=100000",
  ...(prometheus === ""
    ? []
    : [
        "monitoring.podMonitor.enabled=true",
        "monitoring.rules.enabled=true",
        "networkPolicy.prometheus[0].namespaceSelector.matchLabels.kubernetes\\.io/metadata\\.name=monitoring",
      ]),
].flatMap((pair) => ["--set", pair]);
const upgrade = (...more: string[]): string =>
  cluster.helm(
    "upgrade",
    "w",
    chart,
    ...values,
    ...more.flatMap((pair) => ["--set", pair]),
    "--wait",
    "--timeout",
    "8m",
  );

const secret = (name: string): string =>
  Buffer.from(
    cluster.kubectl("get", "secret", "w-waiter-dev-keys", "--output", `jsonpath={.data.${name}}`),
    "base64",
  ).toString();
const target = (): Record<string, string> => ({
  API_URL: `http://w-waiter-api.${cluster.namespace}`,
  GATEWAY_URL: `http://w-waiter-socket-gateway.${cluster.namespace}`,
  DOMAIN_URL: "http://waiter.test",
  PLATFORM_ADMIN_TOKEN: secret("PLATFORM_ADMIN_TOKEN"),
});
interface Load {
  readonly calls: number;
  readonly failedCalls: number;
  readonly askedAgain: number;
  readonly wrongScreens: number;
  readonly peakReconnectsPerSecond: number;
}
/** Starts screens and calls, does something to the system, and answers what the checker found. */
async function underLoad(
  name: string,
  seconds: number,
  act: () => void | Promise<void>,
): Promise<Load> {
  cluster.start(name, cluster.front, "load-main", image, {
    ...target(),
    SOCKETS: `${sockets}`,
    CALLS_PER_SECOND: `${callsPerSecond}`,
    SECONDS: `${seconds}`,
    TENANTS: "25",
  });
  await until("all screens to connect", 180_000, () =>
    cluster.logs(name, cluster.front).includes("connected"),
  );
  await act();
  const { log } = await cluster.ended(name, cluster.front, (seconds + 180) * 1_000);
  const found = log.trim().split("\n").at(-1) ?? "{}";
  console.log(`${name}: ${found}`);
  return JSON.parse(found) as Load;
}

(Cluster.isGiven() ? describe : describe.skip)("on a cluster", () => {
  beforeAll(() => cluster.open());
  afterAll(() => cluster.close());

  test("an install from nothing waits until every pod is ready", () => {
    cluster.helm(
      "install",
      "w",
      chart,
      ...values,
      "--set",
      `image.tag=${tag}`,
      "--wait",
      "--timeout",
      "5m",
    );
    for (const component of ["api", "socket-gateway", "worker"])
      expect(cluster.pods(component)).toHaveLength(2);
  });

  test("helm test follows one call to a staff socket", () => {
    expect(cluster.helm("test", "w", "--logs")).toContain("the call reached the staff socket");
  });

  test("a pod that the policies name comes through, another does not, and neither reaches the ops port", async () => {
    const env = { ...target(), TIMEOUT_MS: "5000" };
    cluster.start("allowed", cluster.front, "main", image, env);
    cluster.start("stranger", cluster.other, "main", image, env);
    cluster.start("curious", cluster.front, "main", image, {
      ...env,
      OPS_URLS: `http://w-waiter-api.${cluster.namespace}:9090`,
    });
    expect(await cluster.ended("allowed", cluster.front, 60_000)).toMatchObject({
      succeeded: true,
    });
    expect(await cluster.ended("stranger", cluster.other, 60_000)).toMatchObject({
      succeeded: false,
    });
    expect(await cluster.ended("curious", cluster.front, 60_000)).toMatchObject({
      succeeded: false,
    });
  });

  test("a change for the api restarts no gateway and no worker; a rollback neither", () => {
    const before = [cluster.pods("socket-gateway"), cluster.pods("worker")];
    const api = cluster.pods("api");
    upgrade(`image.tag=${tag}`, "api.rolloutToken=changed");
    expect([cluster.pods("socket-gateway"), cluster.pods("worker")]).toEqual(before);
    expect(cluster.pods("api")).not.toEqual(api);
    cluster.helm("rollback", "w", "--wait", "--timeout", "5m");
    expect([cluster.pods("socket-gateway"), cluster.pods("worker")]).toEqual(before);
  });

  test("a roll-out of all services loses no call and no event, and spreads the reconnects", async () => {
    const seconds = 4 * drainSeconds + 60;
    const result = await underLoad(
      "roll-out",
      seconds,
      () => void upgrade(`image.tag=${nextTag}`, "rolloutToken=roll-out"),
    );
    expect(result).toMatchObject({ failedCalls: 0, wrongScreens: 0 });
    // A pod that stops answers what it has: what is left are moments in which a small cluster has
    // no processor to spare.
    expect(result.askedAgain).toBeLessThanOrEqual(result.calls / 50);
    // With few sockets chance alone puts several into one second.
    expect(result.peakReconnectsPerSecond).toBeLessThanOrEqual(
      Math.max(10, (2 * sockets) / drainSeconds),
    );
  });

  test("killed pods of each kind, and Redis, lose no event", async () => {
    const result = await underLoad("killed", 120, async () => {
      for (const component of ["socket-gateway", "api", "worker", "dev-redis"]) {
        cluster.kubectl(
          "delete",
          "pod",
          cluster.pods(component)[0] ?? "",
          "--force",
          "--grace-period=0",
        );
        await until(
          `${component} to be ready again`,
          120_000,
          () =>
            !cluster
              .kubectl(
                "get",
                "pods",
                "--selector",
                `app.kubernetes.io/component=${component}`,
                "--no-headers",
              )
              .includes("0/1"),
        );
      }
    });
    expect(result).toMatchObject({ failedCalls: 0, wrongScreens: 0 });
  });

  test.each([
    { store: "redis", alert: "WaiterRedisDown" },
    { store: "postgres", alert: "WaiterPostgresDown" },
  ])(
    "an outage of $store restarts no pod, raises its alert and ends by itself",
    async ({ store, alert }) => {
      const restarts = cluster.restarts();
      const stateful = `statefulset/w-waiter-dev-${store}`;
      cluster.kubectl("scale", stateful, "--replicas=0");
      await until(`${store} to be gone`, 60_000, () => cluster.pods(`dev-${store}`).length === 0);
      // Three times as long as a liveness probe would need to end a pod.
      await sleep(90_000);
      expect(cluster.restarts()).toBe(restarts);
      for (const component of ["api", "socket-gateway", "worker"])
        expect(cluster.readyPods(component)).toEqual(cluster.pods(component));
      if (prometheus !== "")
        await until(`${alert} to fire`, 120_000, () => firing().includes(alert));
      cluster.kubectl("scale", stateful, "--replicas=1");
      cluster.kubectl("rollout", "status", stateful, "--timeout=120s");
      await until("a call to reach a staff socket again", 120_000, () => {
        try {
          return cluster.helm("test", "w", "--logs").includes("the call reached the staff socket");
        } catch {
          return false;
        }
      });
      expect(cluster.restarts()).toBe(restarts);
      if (prometheus !== "")
        await until(`${alert} to be quiet again`, 120_000, () => !firing().includes(alert));
    },
  );

  const ingress = process.env["WAITER_INGRESS"] ?? "";
  const ingressCidr = process.env["WAITER_INGRESS_CIDR"] ?? "";
  const routes = {
    HTTPRoute: ["httpRoute.enabled=true", "httpRoute.parentRefs[0].name=any"],
    Ingress: [
      "ingress.enabled=true",
      `ingress.className=${process.env["WAITER_INGRESS_CLASS"] ?? "nginx"}`,
    ],
  };
  const limit = 30;
  /**
   * Statuses of two clients, one after the other, each asking one more time than an address may.
   */
  const twoClients = async (): Promise<number[][]> => {
    const statuses: number[][] = [];
    for (const localAddress of ["127.0.0.2", "127.0.0.3"]) {
      const own: number[] = [];
      for (let count = 0; count <= limit; count += 1)
        own.push(
          await askFrom(`${ingress}/api/openapi.json`, { localAddress, host: "waiter.test" }),
        );
      statuses.push(own);
    }
    return statuses;
  };
  const all = (status: number): number[] => Array.from({ length: limit }, () => status);
  const route = async (kind: keyof typeof routes, trustedProxies: string): Promise<void> => {
    const quick = ["socketGateway.drainSeconds=5", "socketGateway.minReadySeconds=0"];
    upgrade(
      `image.tag=${nextTag}`,
      ...quick,
      ...routes[kind],
      `trustedProxies[0]=${trustedProxies}`,
      `api.config.RATE_LIMIT_ADDRESS=${limit}`,
    );
    // What the limits counted, and pods that still stop, are gone by then.
    await sleep(65_000);
  };

  (ingress === "" ? describe.skip : describe)("through the ingress", () => {
    test.each(["HTTPRoute", "Ingress"] as const)(
      "%s: a call reaches a staff socket, two clients count as two, /internal is closed",
      async (kind) => {
        await route(kind, ingressCidr);
        const said: string[] = [];
        await runSmokeTest(
          loadTarget({ ...target(), API_URL: ingress, GATEWAY_URL: ingress }),
          (line) => said.push(line),
        );
        expect(said.join("\n")).toContain("the call reached the staff socket");
        expect(await twoClients()).toEqual([
          [...all(200), 429],
          [...all(200), 429],
        ]);
        const headers = { authorization: `Internal ${secret("INTERNAL_TOKEN")}` };
        for (const host of ["waiter.test", "demo.waiter.test"])
          expect(
            await askFrom(`${ingress}/internal/tenants/demo`, {
              localAddress: "127.0.0.4",
              host,
              headers,
            }),
          ).toBe(404);
      },
    );

    test("two clients count as one where the proxy is not among trustedProxies", async () => {
      await route("Ingress", "192.0.2.0/24");
      expect(await twoClients()).toEqual([
        [...all(200), 429],
        [...all(429), 429],
      ]);
    });
  });
});
