import { describe, expect, test } from "@jest/globals";
import { variables } from "@waiter/config";
import { find, notes, refusal, render } from "./helm.ts";

const domain = "waiter.example";
/** The smallest production values. */
const base = { domain, "image.registry": "registry.example" };

describe("contradicting values are refused with a message", () => {
  test.each<[string, Record<string, string | number | boolean>]>([
    ["domain: the apex host", {}],
    ["additional properties 'replica' not allowed", { ...base, "api.replica": 3 }],
    ["networkPolicy.from: with a route", { ...base, "ingress.enabled": true }],
    ["trustedProxies: with a route", { ...base, "httpRoute.enabled": true }],
    ["httpRoute.parentRefs: name the Gateway", { ...base, "httpRoute.enabled": true }],
    ["prometheusUrl: mode keda queries Prometheus", { ...base, "autoscaling.mode": "keda" }],
    [
      "goes with autoscaling.mode hpa only",
      { ...base, "autoscaling.prometheusAdapter.enabled": true },
    ],
    [
      "scrapes every pod twice",
      { ...base, "monitoring.podMonitor.enabled": true, "monitoring.serviceMonitor.enabled": true },
    ],
    ["minReplicas (9) is above maxReplicas (5)", { ...base, "api.autoscaling.minReplicas": 9 }],
    [
      "below drainSeconds (60): the next old pod would start to drain",
      { ...base, "socketGateway.minReadySeconds": 20 },
    ],
    [
      "more than database.maxConnections (100)",
      { ...base, "autoscaling.mode": "hpa", "api.autoscaling.maxReplicas": 20 },
    ],
    ["limits.cpu must not be set", { ...base, "socketGateway.resources.limits.cpu": 1 }],
    ["leaves no room for sockets", { ...base, "socketGateway.resources.limits.memory": "192Mi" }],
    [
      "api.config.DB_POOL_MAX: the chart sets DB_POOL_MAX itself",
      { ...base, "api.config.DB_POOL_MAX": 77 },
    ],
    [
      "api.extraEnv.DB_POOL_MAX: the chart sets DB_POOL_MAX itself",
      { ...base, "api.extraEnv.DB_POOL_MAX": 77 },
    ],
    [
      "socketGateway.extraEnv.DRAIN_WINDOW: the chart sets",
      { ...base, "socketGateway.extraEnv.DRAIN_WINDOW": "1s" },
    ],
    [
      "socketGateway.extraEnv.MAX_CONNECTIONS: the chart sets",
      { ...base, "socketGateway.extraEnv.MAX_CONNECTIONS": 9 },
    ],
    [
      "worker.extraEnv.SHUTDOWN_DEADLINE: the chart sets",
      { ...base, "worker.extraEnv.SHUTDOWN_DEADLINE": "1s" },
    ],
    [
      "api.podLabels: the chart sets app.kubernetes.io/component itself",
      { ...base, "api.podLabels.app\\.kubernetes\\.io/component": "x" },
    ],
    [
      "api.resources.limits.memory is needed: the heap is 70 % of it",
      { ...base, "api.resources.limits": "null" },
    ],
    [
      "worker.resources.limits.memory is needed",
      { ...base, "worker.resources.limits.memory": "null" },
    ],
    [
      "migration.resources.limits.memory is needed",
      { ...base, "migration.resources.limits.memory": "null" },
    ],
    [
      "otel.endpoint is on port 80, which networkPolicy.otlp.ports (4317, 4318)",
      { ...base, "otel.endpoint": "http://collector" },
    ],
    [
      "otel.endpoint is on port 443",
      { ...base, "otel.endpoint": "https://collector.example/otlp" },
    ],
    ["otel.endpoint is on port 14318", { ...base, "otel.endpoint": "http://[fd00::1]:14318" }],
    [
      "authModes (bearer) needs authenticationRef",
      { ...base, "autoscaling.keda.authModes": "bearer" },
    ],
    ["at '/autoscaling/keda/authModes'", { ...base, "autoscaling.keda.authModes": "token" }],
    ["at '/podSecurity/runAsUser'", { ...base, "podSecurity.runAsUser": 0 }],
    ["at '/worker/eventRetention'", { ...base, "worker.eventRetention": "90m" }],
    ["must not be created in another database", { ...base, "devSeed.enabled": true }],
    ["not both", { ...base, "devOrigin.enabled": true, "ingress.enabled": true }],
  ])("%s", (words, set) => {
    expect(refusal({ set }).replaceAll("\\'", "'")).toContain(words);
  });
});

test("any collector port works without policies or when allowed", () => {
  const endpoint = { ...base, "otel.endpoint": "http://collector:9999" };
  for (const more of [{ "networkPolicy.enabled": false }, { "networkPolicy.otlp.ports[0]": 9999 }])
    expect(
      find(render({ set: { ...endpoint, ...more } }), "ConfigMap", "w-waiter-api")["data"]
        .OTEL_EXPORTER_OTLP_ENDPOINT,
    ).toBe("http://collector:9999");
});

test("NOTES name the roll-out's duration and a time-out above it", () => {
  expect(notes({ set: base })).toContain("takes about 150 s (2 pods, 1 at a time");
  expect(notes({ set: base })).toContain("--timeout 660s");
  expect(notes({ set: { ...base, "migration.activeDeadlineSeconds": 1200 } })).toContain(
    "--timeout 1260s",
  );
  expect(notes({ set: { ...base, "migration.enabled": false } })).toContain("--timeout 300s");
  const scaled = notes({ set: { ...base, "autoscaling.mode": "hpa" } });
  expect(scaled).toContain("takes about 150 to 750 s (2 to 10 pods, 1 at a time");
  expect(scaled).toContain("--timeout 870s");
  expect(
    notes({ set: { ...base, "autoscaling.mode": "hpa", "socketGateway.maxSurge": 3 } }),
  ).toContain("takes about 75 to 300 s (2 to 10 pods, 3 at a time");
});

test("an umbrella chart may pass global and enabled", () => {
  expect(
    render({ set: { ...base, enabled: true, "global.anything": "x" } }).length,
  ).toBeGreaterThan(10);
});

test("drainSeconds sets window, deadline, grace, roll-out and autoscaler", () => {
  const manifests = render({
    set: { ...base, "socketGateway.drainSeconds": 300, "autoscaling.mode": "hpa" },
  });
  const { data } = find(manifests, "ConfigMap", "w-waiter-socket-gateway") as unknown as {
    data: Record<string, string>;
  };
  const { spec } = find(manifests, "Deployment", "w-waiter-socket-gateway");
  expect([data["DRAIN_WINDOW"], data["SHUTDOWN_DEADLINE"]]).toEqual(["300s", "310s"]);
  expect([
    spec.template.spec.terminationGracePeriodSeconds,
    spec.minReadySeconds,
    spec.progressDeadlineSeconds,
  ]).toEqual([325, 300, 900]);
  const { scaleDown } = find(manifests, "HorizontalPodAutoscaler", "w-waiter-socket-gateway")[
    "spec"
  ].behavior;
  expect(scaleDown).toEqual({
    stabilizationWindowSeconds: 600,
    selectPolicy: "Max",
    policies: [
      { type: "Pods", value: 1, periodSeconds: 300 },
      { type: "Percent", value: 5, periodSeconds: 300 },
    ],
  });
});

test("DOMAIN_URL, CORS_ORIGIN and MAX_CONNECTIONS derive from the domain and the memory limit", () => {
  const config = (set: Record<string, string>, service = "api") =>
    find(render({ set: { ...base, ...set } }), "ConfigMap", `w-waiter-${service}`)[
      "data"
    ] as Record<string, string>;
  expect(config({})).toMatchObject({
    DOMAIN_URL: "https://waiter.example",
    CORS_ORIGIN: "https://waiter.example,https://*.waiter.example",
  });
  expect(config({}, "socket-gateway")["MAX_CONNECTIONS"]).toBe("17700");
  expect(
    config({ "socketGateway.resources.limits.memory": "2Gi" }, "socket-gateway")["MAX_CONNECTIONS"],
  ).toBe("39500");
});

test("worker.eventRetention sets EVENT_RETENTION", () => {
  const data = (set: Record<string, string>) =>
    find(render({ set: { ...base, ...set } }), "ConfigMap", "w-waiter-worker")["data"] as Record<
      string,
      string
    >;
  expect(data({})["EVENT_RETENTION"]).toBe(
    `${variables.worker.EVENT_RETENTION.parse(undefined) / 86_400_000}d`,
  );
  expect(data({ "worker.eventRetention": "90d" })["EVENT_RETENTION"]).toBe("90d");
});

test("listenHost sets HOST of all services", () => {
  const hosts = (set: Record<string, string>) =>
    ["api", "socket-gateway", "worker"].map(
      (service) =>
        find(render({ set: { ...base, ...set } }), "ConfigMap", `w-waiter-${service}`)["data"]
          .HOST as string,
    );
  expect(hosts({})).toEqual(["0.0.0.0", "0.0.0.0", "0.0.0.0"]);
  expect(hosts({ listenHost: "::" })).toEqual(["::", "::", "::"]);
});

test("extraObjects are rendered with tpl", () => {
  expect(find(render({ ci: "keda" }), "ConfigMap", "w-more")["data"]).toEqual({ domain });
});
