import { describe, expect, test } from "@jest/globals";
import { optionalApis, run, startFakeCluster, type LiveObject } from "./fake-cluster.ts";
import { chart, helmProgram } from "./helm.ts";

const services = ["api", "socket-gateway", "worker"] as const;

/** A Deployment of release `w` as Helm left it. */
const deployment = (service: string, replicas: number): LiveObject => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: {
    name: `w-waiter-${service}`,
    labels: { "app.kubernetes.io/managed-by": "Helm" },
    annotations: {
      "meta.helm.sh/release-name": "w",
      "meta.helm.sh/release-namespace": "waiter",
    },
    managedFields: [{ operation: "Apply", fieldsV1: { "f:spec": { "f:replicas": {} } } }],
  },
  spec: { replicas },
});

/** The HorizontalPodAutoscaler of a service, as mode hpa left it. */
const scaler = (service: string): LiveObject => ({
  apiVersion: "autoscaling/v2",
  kind: "HorizontalPodAutoscaler",
  metadata: deployment(service, 0).metadata,
});

/** A dry run of Helm against a cluster with these APIs and Deployments. */
async function install(
  values: object,
  cluster: Parameters<typeof startFakeCluster>[0],
): Promise<{ failed: boolean; output: string }> {
  await using fake = await startFakeCluster(cluster);
  const args = ["install", "w", chart, "--namespace", "waiter", "--kubeconfig", fake.kubeconfig];
  return await run(
    helmProgram(),
    [...args, "--dry-run=server", "--disable-openapi-validation", "--values", "-"],
    JSON.stringify({
      domain: "waiter.example",
      image: { registry: "registry.example" },
      ...values,
    }),
  );
}
const replicas = (output: string): string[] => output.match(/(?<=^ {2}replicas: )\d+/gm) ?? [];
const keda = { mode: "keda", keda: { prometheusUrl: "http://prometheus:9090" } };

describe("a cluster without optional APIs", () => {
  const running = services.map((service) => deployment(service, 3));
  test.each(["none", "hpa"])("installs with autoscaling.mode %s", async (mode) => {
    const { failed, output } = await install({ autoscaling: { mode } }, {});
    expect([failed, output]).toEqual([false, expect.stringContaining("kind: Deployment")]);
  });
  test("upgrades with mode hpa and keeps the running number of pods", async () => {
    const { failed, output } = await install(
      { autoscaling: { mode: "hpa" } },
      { objects: running },
    );
    expect([failed, replicas(output)]).toEqual([false, ["3", "3", "3"]]);
  });
  test("upgrades from hpa to none with the values' replicas", async () => {
    const { failed, output } = await install(
      { autoscaling: { mode: "none" } },
      { objects: running },
    );
    expect([failed, replicas(output)]).toEqual([false, ["2", "2", "2"]]);
  });
  test("the upgrade that turns an autoscaler off removes no pod", async () => {
    const objects = [...running, ...services.map(scaler)];
    const off = await install({ autoscaling: { mode: "none" } }, { objects });
    expect([off.failed, off.output]).toEqual([
      true,
      expect.stringContaining(
        "runs 3 pods of w-waiter-worker, and replicas 2 would remove some: set the service's replicas to 3",
      ),
    ]);
    const kept = { replicas: 3 };
    const { failed, output } = await install(
      { autoscaling: { mode: "none" }, api: kept, socketGateway: kept, worker: kept },
      { objects },
    );
    expect([failed, replicas(output)]).toEqual([false, ["3", "3", "3"]]);
  });
  test.each<[string, object]>([
    ["autoscaling.mode keda needs the API keda.sh/v1alpha1/ScaledObject", { autoscaling: keda }],
    [
      "httpRoute.enabled needs the API gateway.networking.k8s.io/v1/HTTPRoute",
      {
        httpRoute: { enabled: true, parentRefs: [{ name: "public" }] },
        trustedProxies: ["10.0.0.0/8"],
        networkPolicy: { from: [{ podSelector: {} }] },
      },
    ],
    ["monitoring.rules.enabled needs the API", { monitoring: { rules: { enabled: true } } }],
    ["monitoring.podMonitor.enabled needs", { monitoring: { podMonitor: { enabled: true } } }],
    [
      "monitoring.serviceMonitor.enabled needs",
      { monitoring: { serviceMonitor: { enabled: true } } },
    ],
  ])("refuses in one sentence: %s", async (message, values) => {
    for (const objects of [[], running]) {
      const { failed, output } = await install(values, { objects });
      expect([failed, output]).toEqual([true, expect.stringContaining(message)]);
      expect(output).toContain("which this cluster does not have");
    }
  });
});

describe("a cluster with every optional API", () => {
  test.each<[string, object]>([
    ["none", { mode: "none" }],
    ["hpa", { mode: "hpa" }],
    ["keda", keda],
  ])("installs and upgrades with mode %s", async (_, autoscaling) => {
    for (const objects of [[], services.map((service) => deployment(service, 2))]) {
      const { failed, output } = await install({ autoscaling }, { apis: optionalApis, objects });
      expect([failed, output]).toEqual([false, expect.stringContaining("kind: Deployment")]);
    }
  });
});

test("an autoscaler that would remove running pods is not turned on", async () => {
  const objects = services.map((service) => deployment(service, 4));
  const { failed, output } = await install({ autoscaling: { mode: "hpa" } }, { objects });
  expect([failed, output]).toEqual([
    true,
    expect.stringContaining(
      "w-waiter-worker runs 4 pods, and autoscaling.maxReplicas 3 would remove some",
    ),
  ]);
});
