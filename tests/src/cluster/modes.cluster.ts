/**
 * Every autoscaling mode, and each change between two of them, on the current kube context. Mode
 * keda is tried where the cluster has KEDA's API; where it is absent, the chart must refuse it.
 * This file runs on clusters with none of the optional APIs and on clusters with all.
 */
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { Cluster, until } from "./kube.ts";
import { prometheus, prometheusInside, scraped } from "./prometheus.ts";
import { components, hasApi, Release } from "./release.ts";

const withKeda = hasApi("scaledobjects.keda.sh");
const withPrometheus = prometheus !== "";
const cluster = new Cluster(`waiter-modes-${process.pid}`);
const release = new Release(
  cluster,
  "socketGateway.drainSeconds=5",
  "socketGateway.minReadySeconds=0",
  // A route that no cluster lacks.
  "ingress.enabled=true",
  "trustedProxies[0]=10.0.0.0/8",
  // What CPU asks for changes no number: 3 is the most, and fewer only after ten minutes.
  ...["api", "socketGateway", "worker"].map((service) => `${service}.autoscaling.maxReplicas=3`),
  ...(withPrometheus ? ["monitoring.podMonitor.enabled=true", ...scraped] : []),
);
const keda = ["autoscaling.mode=keda", `autoscaling.keda.prometheusUrl=${prometheusInside}`];
/** What runs: one pod more than the values of each service say. */
const running = [3, 3, 3];
const replicas = ["api", "socketGateway", "worker"].map((service) => `${service}.replicas=3`);

/** No pod was removed, and each service still has its PodDisruptionBudget. */
function expectRedundancy(): void {
  expect(release.replicas()).toEqual(running);
  for (const component of components) expect(cluster.pods(component)).toHaveLength(3);
  expect(release.objects("pdb")).toHaveLength(3);
}
/** Waits until each ScaledObject has reached its target and its triggers. */
const kedaReady = (): Promise<void> =>
  until("all ScaledObjects to be ready", 180_000, () => {
    const condition = withPrometheus ? ["Ready=True", "Fallback=False"] : ["Ready=True"];
    const found = components.map((component) =>
      cluster.kubectl(
        "get",
        "scaledobject",
        `w-waiter-${component}`,
        "--output",
        "jsonpath={range .status.conditions[*]}{.type}={.status} {end}",
      ),
    );
    return found.every((conditions) => condition.every((one) => conditions.includes(one)));
  });
const autoscalers = (): string[] =>
  release
    .objects(withKeda ? "hpa,scaledobjects" : "hpa")
    .filter((name) => !name.includes("keda-hpa"));

(Cluster.isGiven() ? describe : describe.skip)("autoscaling modes", () => {
  beforeAll(() => {
    cluster.open();
    release.upgrade("autoscaling.mode=none");
    for (const component of components)
      cluster.kubectl("scale", `deployment/w-waiter-${component}`, "--replicas=3");
    for (const component of components)
      cluster.kubectl("rollout", "status", `deployment/w-waiter-${component}`, "--timeout=180s");
  });
  afterAll(() => cluster.close());

  let hpaRevision = 0;
  test.each(["turned on", "upgraded"])("none -> hpa: an autoscaler %s removes no pod", () => {
    release.upgrade("autoscaling.mode=hpa");
    hpaRevision = release.revision();
    expect(autoscalers()).toHaveLength(3);
    expectRedundancy();
  });

  test("hpa -> none: an upgrade that would remove pods is refused with the number to set", () => {
    expect(() => release.upgrade("autoscaling.mode=none")).toThrow(/replicas.*3/u);
    expectRedundancy();
    release.upgrade("autoscaling.mode=none", ...replicas);
    expect(autoscalers()).toEqual([]);
    expectRedundancy();
  });

  test("a rollback to mode hpa brings its autoscalers back", () => {
    cluster.helm("rollback", "w", `${hpaRevision}`, "--wait", "--timeout", "5m");
    expect(autoscalers()).toHaveLength(3);
    expectRedundancy();
    release.upgrade("autoscaling.mode=none", ...replicas);
  });

  (withKeda ? describe.skip : describe)("without KEDA", () => {
    test("mode keda is refused in one sentence", () => {
      expect(() => release.upgrade(...keda)).toThrow(
        "autoscaling.mode keda needs the API keda.sh/v1alpha1/ScaledObject",
      );
      expectRedundancy();
    });
  });

  (withKeda ? describe : describe.skip)("with KEDA", () => {
    let kedaRevision = 0;

    test.each(["turned on", "upgraded"])("none -> keda: KEDA %s removes no pod", async () => {
      release.upgrade(...keda);
      kedaRevision = release.revision();
      await kedaReady();
      expectRedundancy();
    });

    test("keda -> none -> hpa: no pod is removed", () => {
      release.upgrade("autoscaling.mode=none", ...replicas);
      expect(autoscalers()).toEqual([]);
      expectRedundancy();
      release.upgrade("autoscaling.mode=hpa");
      expectRedundancy();
    });

    test("a rollback to mode keda brings its autoscalers back", async () => {
      release.upgrade("autoscaling.mode=none", ...replicas);
      cluster.helm("rollback", "w", `${kedaRevision}`, "--wait", "--timeout", "5m");
      await kedaReady();
      expectRedundancy();
    });
  });

  test("an uninstall leaves no object of the release", async () => {
    cluster.helm("uninstall", "w", "--wait");
    const kinds = "deployments,jobs,services,networkpolicies,configmaps,hpa,pdb,secrets";
    // KEDA's operator removes the autoscaler that it made.
    await until(
      "the release's objects to be gone",
      60_000,
      () => release.objects(withKeda ? `${kinds},scaledobjects` : kinds).length === 0,
    );
  });
});
