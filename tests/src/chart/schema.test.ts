import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { parse, parseAllDocuments } from "yaml";
import { chart, find, notes, refusal, render } from "./helm.ts";

interface Schema {
  readonly $ref?: string;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly definitions?: Readonly<Record<string, Schema>>;
}
const schema = JSON.parse(readFileSync(join(chart, "values.schema.json"), "utf8")) as Schema;
const base = { domain: "waiter.example", image: { registry: "registry.example" } };

/** The property of a path, and the definition that it refers to. */
function property(path: readonly string[]): { schema: Schema; described: boolean } {
  let current = schema;
  let described = false;
  for (const name of path) {
    const next = current.properties?.[name];
    if (next === undefined) throw new Error(`the schema has no ${path.join(".")}`);
    const definition = schema.definitions?.[next.$ref?.split("/").at(-1) ?? ""];
    described = next.description !== undefined || definition?.description !== undefined;
    current = definition ?? next;
  }
  return { schema: current, described };
}
const leaves = (value: unknown, path: readonly string[] = []): string[][] =>
  typeof value === "object" &&
  value !== null &&
  !Array.isArray(value) &&
  Object.keys(value).length > 0
    ? Object.entries(value).flatMap(([name, child]) => leaves(child, [...path, name]))
    : [[...path]];

test("every value has a description", () => {
  const values: unknown = parse(readFileSync(join(chart, "values.yaml"), "utf8"));
  const all = leaves(values).filter(
    (path) => path.join(".") !== "monitoring.dashboards.labels.grafana_dashboard",
  );
  expect(all.length).toBeGreaterThan(150);
  expect(all.filter((path) => !property(path).described).map((path) => path.join("."))).toEqual([]);
});

describe("values that Kubernetes or a service would refuse later are refused", () => {
  const route = { httpRoute: { enabled: true, parentRefs: [{ name: "public" }] } };
  const peers = [{ podSelector: { matchLabels: { app: "proxy" } } }];
  test.each<[string, object]>([
    ["port 443 is the default port of https", { port: 443 }],
    ["port 80 is the default port of http", { scheme: "http", port: 80 }],
    [
      "/api/podAnnotations/prometheus.io~1scrape",
      { api: { podAnnotations: { "prometheus.io/scrape": true } } },
    ],
    ["/worker/podLabels/team", { worker: { podLabels: { team: 7 } } }],
    ["/worker/podLabels/team", { worker: { podLabels: { team: "no label" } } }],
    ["/socketGateway/nodeSelector/pool", { socketGateway: { nodeSelector: { pool: 1 } } }],
    ["/api/serviceAnnotations/a", { api: { serviceAnnotations: { a: 1 } } }],
    ["/ingress/annotations/a", { ingress: { annotations: { a: 1 } } }],
    ["/httpRoute/annotations/a", { httpRoute: { annotations: { a: false } } }],
    ["/serviceAccount/annotations/a", { serviceAccount: { annotations: { a: 1 } } }],
    [
      "/monitoring/podMonitor/labels/release",
      { monitoring: { podMonitor: { labels: { release: 1 } } } },
    ],
    ["/trustedProxies/0", { trustedProxies: ["10.0.0.0/33"] }],
    ["/trustedProxies/0", { trustedProxies: ["10.0.0.256/24"] }],
    ["/trustedProxies/0", { trustedProxies: ["10.0.0.1"] }],
    ["/trustedProxies/0", { trustedProxies: ["0.0.0.0/0"] }],
    ["/trustedProxies/0", { trustedProxies: ["0.0.0.0/1"] }],
    ["/trustedProxies/0", { trustedProxies: ["::/0"] }],
    ["/trustedProxies/0", { trustedProxies: ["fd00:::/8"] }],
    ["/networkPolicy/postgres/cidrs/0", { networkPolicy: { postgres: { cidrs: ["0.0.0.0/0"] } } }],
    ["/networkPolicy/redis/cidrs/0", { networkPolicy: { redis: { cidrs: ["redis.example"] } } }],
    [
      "/networkPolicy/from/0/ipBlock/cidr",
      { networkPolicy: { from: [{ ipBlock: { cidr: "1.2.3/8" } }] } },
    ],
    ["/networkPolicy/from/0", { networkPolicy: { from: [{ foo: "x" }] } }],
    ["/networkPolicy/from/0", { networkPolicy: { from: [{}] } }],
    [
      "a peer with ipBlock must not have podSelector",
      { networkPolicy: { from: [{ ipBlock: { cidr: "10.0.0.0/8" }, podSelector: {} }] } },
    ],
    [
      "/networkPolicy/prometheus/0",
      { networkPolicy: { prometheus: [{ podSelector: { labels: {} } }] } },
    ],
    ["/httpRoute/parentRefs/0", { httpRoute: { parentRefs: [{ nam: "x" }] } }],
    ["/httpRoute/parentRefs/0", { httpRoute: { parentRefs: [{ namespace: "gateways" }] } }],
    [
      "/httpRoute/timeouts",
      {
        ...route,
        trustedProxies: ["10.0.0.0/8"],
        networkPolicy: { from: peers },
        httpRoute: { timeouts: { request: "soon" } },
      },
    ],
    ["/api/resources/limits/memory", { api: { resources: { limits: { memory: "lots" } } } }],
    ["/api/resources/requests/cpu", { api: { resources: { requests: { cpu: "1 core" } } } }],
    [
      "api.resources.limits.memory (10Mi) is below 128Mi",
      { api: { resources: { limits: { memory: "10Mi" }, requests: { memory: "5Mi" } } } },
    ],
    [
      "worker.resources.requests.memory (1Gi) is above limits.memory (384Mi)",
      { worker: { resources: { requests: { memory: "1Gi" } } } },
    ],
    ["/devStores/storage", { devStores: { storage: "big" } }],
    ["/secrets/stores", { secrets: { stores: "Bad_Name" } }],
    ["/fullnameOverride", { fullnameOverride: "UPPER" }],
    ["/api/image/tag", { api: { image: { tag: "bad tag" } } }],
    ["/api/image/repository", { api: { image: { repository: "Waiter/API" } } }],
    ["/image/registry", { image: { registry: "https://registry.example" } }],
    ["/worker/replicas", { worker: { replicas: 0 } }],
    ["/api/replicas", { api: { replicas: 0 } }],
    ["/api/tolerations/0", { api: { tolerations: [{ keys: "x" }] } }],
    ["/api/affinity", { api: { affinity: { nodes: {} } } }],
    ["/api/initContainers/0", { api: { initContainers: [{ name: "x" }] } }],
    ["/api/resizePolicy/0", { api: { resizePolicy: [{ resourceName: "disk" }] } }],
    ["/api/extraEnv", { api: { extraEnv: { "A B": "x" } } }],
    ["/api/config", { api: { config: { "A-B": "x" } } }],
  ])("%s", (message, values) => {
    const said = refusal({ values: { ...base, ...values } });
    expect(said.replaceAll("\\'", "'").replaceAll("~1", "/")).toContain(
      message.replaceAll("~1", "/"),
    );
  });
});

describe("images need a registry", () => {
  const noRegistry = { domain: "waiter.example" };
  test("the message names images and remedies", () => {
    const said = refusal({ values: noRegistry });
    expect(said).toContain("image.registry is needed");
    expect(said).toContain("waiter/api, waiter/socket-gateway, waiter/worker");
    expect(said).toContain("image.pullPolicy to Never");
  });
  test.each<[string, object]>([
    ["global.imageRegistry", { global: { imageRegistry: "mirror.example" } }],
    [
      "repositories that name one",
      {
        api: { image: { repository: "registry.example/waiter/api" } },
        socketGateway: { image: { repository: "localhost:5000/waiter/socket-gateway" } },
        worker: { image: { repository: "localhost/waiter/worker" } },
      },
    ],
    ["pullPolicy Never", { image: { pullPolicy: "Never" } }],
    ["devStores", { devStores: { enabled: true }, scheme: "http" }],
  ])("or %s", (_, values) => {
    expect(render({ values: { ...noRegistry, ...values } }).length).toBeGreaterThan(10);
  });
  test("devStores without a registry never pulls our images", () => {
    const { spec } = find(render({ ci: "trial" }), "Deployment", "w-waiter-api");
    expect(spec.template.spec.containers[0].imagePullPolicy).toBe("Never");
  });
});

test.each([
  ["1T", "20340900"],
  ["1Ti", "22365500"],
  ["2e9", "36500"],
  [1073741824, "17700"],
  ["1.5Gi", "28600"],
])("a gateway's memory limit of %s gives MAX_CONNECTIONS %s", (memory, sockets) => {
  const values = { ...base, socketGateway: { resources: { limits: { memory } } } };
  const { data } = find(render({ values }), "ConfigMap", "w-waiter-socket-gateway") as unknown as {
    data: Record<string, string>;
  };
  expect(data["MAX_CONNECTIONS"]).toBe(sockets);
});

test("numbers from 1,000,000 are digits in every template", () => {
  const big = 2_097_152;
  const service = { config: { SOME_NUMBER: big }, extraEnv: { OTHER_NUMBER: big } };
  const values = {
    ...base,
    database: { maxConnections: 40 * big },
    otel: { endpoint: "http://collector:4318", sampleRatio: 0.0000001 },
    api: { ...service, databasePool: big },
    socketGateway: { ...service, maxConnections: big },
    worker: {
      ...service,
      databasePool: big,
      autoscaling: { targetOldestJobSeconds: big, targetJobsPerPod: big },
    },
    migration: { extraEnv: { THIRD_NUMBER: big }, activeDeadlineSeconds: big },
    podSecurity: { runAsUser: big, runAsGroup: big, fsGroup: big },
    monitoring: {
      rules: {
        enabled: true,
        thresholds: {
          deliverySeconds: big,
          outboxSeconds: big,
          consumerSeconds: big,
          queueSeconds: big,
          licenseDays: big,
          eventLoopSeconds: big,
        },
      },
    },
    devStores: { enabled: true, storage: big },
    scheme: "http",
  };
  const keda = { mode: "keda", keda: { prometheusUrl: "http://prometheus", pollingInterval: big } };
  const adapter = { mode: "hpa", prometheusAdapter: { enabled: true } };
  for (const autoscaling of [keda, adapter, { mode: "none" }]) {
    const text = JSON.stringify(render({ values: { ...values, autoscaling } }));
    expect(text.match(/[^"]{0,60}\de\+\d[^"]{0,20}/g)).toBeNull();
    expect(text).toContain("2097152");
  }
  expect(notes({ values })).not.toMatch(/\de\+\d/);
});

test("the examples' values are accepted, and every example is YAML", () => {
  const folder = join(chart, "examples");
  const examples = readdirSync(folder).map((file) => ({
    file,
    documents: parseAllDocuments(readFileSync(join(folder, file), "utf8")),
  }));
  expect(examples.flatMap(({ documents }) => documents.flatMap(({ errors }) => errors))).toEqual(
    [],
  );
  for (const { documents } of examples.filter(({ file }) => file.endsWith("-values.yaml"))) {
    const values = { ...base, ...(documents[0]?.toJS() as object) };
    expect(render({ values }).length).toBeGreaterThan(10);
  }
});

test("braces and brackets hug their content, as chart-testing's lint asks", () => {
  const files = ["Chart.yaml", "values.yaml", "ci", "examples"].flatMap((name) => {
    const path = join(chart, name);
    return name.includes(".") ? [path] : readdirSync(path).map((file) => join(path, file));
  });
  const loose = files.flatMap((file) =>
    readFileSync(file, "utf8")
      .split("\n")
      .map((line) => line.replaceAll(/"[^"]*"|'[^']*'|#.*/g, "_"))
      .filter((line) => /[{[] +\S|\S +[}\]]/.test(line))
      .map((line) => `${file}: ${line}`),
  );
  expect(loose).toEqual([]);
});
