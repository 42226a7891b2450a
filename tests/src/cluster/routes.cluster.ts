/**
 * Calls through a route, where WAITER_INGRESS is the address of an ingress on this machine
 * (http://127.0.0.1:8080; of class WAITER_INGRESS_CLASS, nginx unless given) and
 * WAITER_INGRESS_CIDR where the pods see it come from.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { loadTarget, runSmokeTest } from "@waiter/smoke";
import { askFrom } from "./ask-from.ts";
import { Cluster } from "./kube.ts";
import { hasApi, Release } from "./release.ts";

const ingress = process.env["WAITER_INGRESS"] ?? "";
const ingressCidr = process.env["WAITER_INGRESS_CIDR"] ?? "";
const ingressClass = process.env["WAITER_INGRESS_CLASS"] ?? "nginx";
const limit = 30;
const cluster = new Cluster(`waiter-routes-${process.pid}`);
const release = new Release(
  cluster,
  "socketGateway.drainSeconds=5",
  "socketGateway.minReadySeconds=0",
  `api.config.RATE_LIMIT_ADDRESS=${limit}`,
  `networkPolicy.from[1].ipBlock.cidr=${ingressCidr === "" ? "192.0.2.0/24" : ingressCidr}`,
);

const routes = {
  HTTPRoute: ["httpRoute.enabled=true", "httpRoute.parentRefs[0].name=any"],
  Ingress: ["ingress.enabled=true", `ingress.className=${ingressClass}`],
};
const withGatewayApi = hasApi("httproutes.gateway.networking.k8s.io");
const route = async (kind: keyof typeof routes, trustedProxies: string): Promise<void> => {
  release.upgrade(...routes[kind], `trustedProxies[0]=${trustedProxies}`);
  // What the limits counted, and pods that still stop, are gone by then.
  await sleep(65_000);
};
/** Statuses of two clients, one after the other, each asking one more time than an address may. */
const twoClients = async (): Promise<number[][]> => {
  const statuses: number[][] = [];
  for (const localAddress of ["127.0.0.2", "127.0.0.3"]) {
    const own: number[] = [];
    for (let count = 0; count <= limit; count += 1)
      own.push(await askFrom(`${ingress}/api/openapi.json`, { localAddress, host: "waiter.test" }));
    statuses.push(own);
  }
  return statuses;
};
const all = (status: number): number[] => Array.from({ length: limit }, () => status);

(Cluster.isGiven() && ingress !== "" ? describe : describe.skip)("through the ingress", () => {
  beforeAll(() => cluster.open());
  afterAll(() => cluster.close());

  test.each(withGatewayApi ? (["HTTPRoute", "Ingress"] as const) : (["Ingress"] as const))(
    "%s: a call reaches a staff socket, two clients count as two, /internal is closed",
    async (kind) => {
      await route(kind, ingressCidr);
      const said: string[] = [];
      await runSmokeTest(
        loadTarget({ ...release.target(), API_URL: ingress, GATEWAY_URL: ingress }),
        (line) => said.push(line),
      );
      expect(said.join("\n")).toContain("the call reached the staff socket");
      expect(await twoClients()).toEqual([
        [...all(200), 429],
        [...all(200), 429],
      ]);
      const headers = { authorization: `Internal ${release.secret("INTERNAL_TOKEN")}` };
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
