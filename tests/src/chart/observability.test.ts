import { execFileSync, spawnSync } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { createMetrics, definitions, type Definition, type MetricName } from "@waiter/metrics";
import { stringify } from "yaml";
import { chart, find, render, root, type Manifest } from "./helm.ts";

const exported = new Map(
  Object.values<Definition>(definitions).map((definition) => [definition.name, definition]),
);
/** Waiter's metrics and labels in a query that the services do not export. */
function unknownIn(query: string): string[] {
  const problems: string[] = [];
  for (const [, name = "", selector = ""] of query.matchAll(
    /\b(waiter_[a-z_]+)(?:\{([^}]*)\})?/g,
  )) {
    const definition =
      exported.get(name.replace(/_(?:bucket|sum|count)$/, "")) ?? exported.get(name);
    if (definition === undefined) problems.push(`metric ${name}`);
    for (const [, label = ""] of selector.matchAll(/([a-z_]+)\s*(?:=~|!~|!=|=)/g))
      if (
        !["namespace", "pod", "release", "le"].includes(label) &&
        !(definition?.labels ?? []).includes(label)
      )
        problems.push(`label ${label} of ${name}`);
  }
  return problems;
}
const scalers = (manifests: Manifest[]) =>
  manifests.filter(({ kind }) => ["HorizontalPodAutoscaler", "ScaledObject"].includes(kind));

describe("autoscaling", () => {
  test.each(["hpa-adapter", "ingress-hpa", "keda"])(
    "%s: one autoscaler per service, and no replicas",
    (ci) => {
      const manifests = render({ ci });
      expect(scalers(manifests)).toHaveLength(3);
      expect(new Set(scalers(manifests).map(({ kind }) => kind)).size).toBe(1);
      expect(
        manifests.filter(({ kind, spec }) => kind === "Deployment" && "replicas" in spec),
      ).toEqual([]);
    },
  );
  test("none: replicas, and no autoscaler", () => {
    expect(scalers(render({ ci: "small" }))).toEqual([]);
    expect(find(render({ ci: "small" }), "Deployment", "w-waiter-api")["spec"].replicas).toBe(2);
  });
  test("KEDA queries metrics and labels that the services export", () => {
    const queries = scalers(render({ ci: "keda" })).flatMap(({ spec }) =>
      spec.triggers.flatMap(
        ({ metadata }: Manifest) => (metadata as unknown as { query?: string }).query ?? [],
      ),
    );
    expect(queries).toHaveLength(3);
    expect(queries.flatMap(unknownIn)).toEqual([]);
    expect(queries.join()).toContain('state=~"waiting|prioritized"');
    expect(queries.join()).not.toContain("delayed");
    expect(queries.filter((query) => query.includes("waiter_queue"))).toEqual(
      expect.arrayContaining([expect.stringContaining("max by (queue")]),
    );
  });
  test("a failing Prometheus does not scale down", () => {
    for (const { spec } of scalers(render({ ci: "keda" }))) {
      const asking = spec.triggers.filter(({ type }: { type: string }) => type === "prometheus");
      expect(
        asking.every(
          ({ metadata }: Manifest) =>
            (metadata as unknown as Record<string, string>)["ignoreNullValues"] === "false",
        ),
      ).toBe(true);
      expect(spec.fallback !== undefined).toBe(asking.length > 0);
      expect(spec.minReplicaCount).toBeGreaterThanOrEqual(1);
    }
  });
  test("KEDA's credentials apply to the Prometheus triggers only", () => {
    const authenticationRef = { name: "prometheus", kind: "ClusterTriggerAuthentication" };
    const triggers = (keda: object) =>
      scalers(
        render({
          values: {
            domain: "waiter.example",
            image: { registry: "registry.example" },
            autoscaling: { mode: "keda", keda: { prometheusUrl: "http://prometheus", ...keda } },
          },
        }),
      ).flatMap(({ spec }) => spec.triggers) as {
        type: string;
        metadata: Record<string, string>;
        authenticationRef?: unknown;
      }[];
    for (const { type, ...trigger } of triggers({ authModes: "bearer", authenticationRef }))
      expect([trigger.metadata["authModes"], trigger.authenticationRef]).toEqual(
        type === "prometheus" ? ["bearer", authenticationRef] : [undefined, undefined],
      );
    expect(
      triggers({}).filter(
        (trigger) => "authenticationRef" in trigger || "authModes" in trigger.metadata,
      ),
    ).toEqual([]);
  });
  test("adapter rules and HPA name metrics that the services export", () => {
    const manifests = render({ ci: "hpa-adapter" });
    const rules = find(manifests, "ConfigMap", "w-waiter-prometheus-adapter-rules")["data"][
      "rules.yaml"
    ] as string;
    expect(unknownIn(rules)).toEqual([]);
    const wanted = scalers(manifests).flatMap(({ spec }) =>
      spec.metrics.flatMap(
        (metric: Manifest) => (metric["pods"] ?? metric["external"])?.metric.name ?? [],
      ),
    );
    expect(wanted).toEqual([
      "waiter_connected_clients",
      "w_waiter_queue_oldest_job_seconds",
      "w_waiter_queue_jobs",
    ]);
    for (const name of wanted) expect(rules).toContain(`name: { as: ${name} }`);
  });
  test("the gateway's target is 60 to 70 percent of MAX_CONNECTIONS", () => {
    const gateway = find(render({ ci: "keda" }), "ScaledObject", "w-waiter-socket-gateway")["spec"];
    const share =
      Number(gateway.triggers[0].metadata.threshold) /
      Number(
        find(render({ ci: "keda" }), "ConfigMap", "w-waiter-socket-gateway")["data"]
          .MAX_CONNECTIONS,
      );
    expect(share).toBeGreaterThanOrEqual(0.6);
    expect(share).toBeLessThanOrEqual(0.7);
  });
});

describe("alerts", () => {
  const { spec } = find(render({ ci: "ingress-hpa" }), "PrometheusRule", "w-waiter");
  const rules = spec.groups.flatMap(({ rules: all }: { rules: Manifest[] }) => all) as Manifest[];
  test("query metrics and labels that the services export", () => {
    expect(rules.flatMap(({ ["expr"]: query }) => unknownIn(query as string))).toEqual([]);
  });
  test("each alert has a runbook, each runbook an alert", () => {
    const named = rules.flatMap(
      (rule) => (rule["annotations"] as Record<string, string> | undefined)?.["runbook"] ?? [],
    );
    expect(named.filter((path) => !existsSync(join(root, path)))).toEqual([]);
    const pages = readdirSync(join(root, "docs/runbooks")).filter(
      (page) =>
        !["README.md", "restored-database.md", "rotate-secrets.md", "helm-release.md"].includes(
          page,
        ),
    );
    expect(pages.filter((page) => !named.includes(`docs/runbooks/${page}`))).toEqual([]);
  });
  test("WaiterTargetsMissing uses series that exist without traffic", async () => {
    const { expr = "" } =
      (rules as { alert?: string; expr?: string }[]).find(
        ({ alert }) => alert === "WaiterTargetsMissing",
      ) ?? {};
    const asked = Array.from(expr.matchAll(/absent\((waiter_\w+)/g), ([, name = ""]) => name);
    // A gateway sets both label values at every scrape.
    expect(asked).toEqual([
      "waiter_license_valid",
      "waiter_connected_clients",
      "waiter_outbox_oldest_seconds",
    ]);
    for (const name of asked.filter((each) => each !== "waiter_connected_clients")) {
      const member = (Object.keys(definitions) as MetricName[]).find(
        (each) => definitions[each].name === name,
      ) as MetricName;
      expect(
        await createMetrics({
          names: [member],
          defaults: false,
        }).registry.metrics(),
      ).toMatch(new RegExp(`^${name} 0$`, "m"));
    }
  });
  test("alerts have the configured runbook_url and thresholds", () => {
    const own = (values: object) =>
      find(
        render({ ci: "ingress-hpa", values: { monitoring: { rules: values } } }),
        "PrometheusRule",
        "w-waiter",
      )["spec"];
    const of = (values: object) =>
      own(values).groups.flatMap((group: { rules: Manifest[] }) => group.rules) as Record<
        string,
        any // oxlint-disable-line typescript/no-explicit-any
      >[];
    const alerts = of({ runbookBaseUrl: "https://wiki.example/runbooks/" }).filter(
      ({ alert }) => alert !== undefined,
    );
    for (const { annotations } of alerts)
      expect(annotations.runbook_url).toBe(
        annotations.runbook.replace("docs/runbooks/", "https://wiki.example/runbooks/"),
      );
    expect(JSON.stringify(of({}))).not.toContain("runbook_url");
    const thresholds = {
      deliverySeconds: 2.5,
      outboxSeconds: 77,
      queueSeconds: 88,
      gatewayPercent: 66,
      secondChannelPercent: 44,
      errorPercent: 0.5,
      licenseDays: 99,
    };
    const text = of({ thresholds }).map(
      ({ expr, annotations }) => `${expr} ${annotations?.summary} ${annotations?.description}`,
    );
    for (const part of [
      "> 2.5 ",
      "> 77 ",
      "> 88 ",
      "> 66 / 100 * 17700 ",
      "* 100 > 44 ",
      "> 14.4 * 0.5 / 100",
      "> 6 * 0.5 / 100",
      "0.5 % are allowed",
      "< 99 * 86400",
      "within 99 days",
    ])
      expect(text.join("\n")).toContain(part);
    expect(text.join("\n")).not.toContain("__");
  });
  test("alerts, autoscalers and dashboards select this release's pods only", () => {
    const selector = (query: string) =>
      new RegExp(`^(?:${/pod=~"([^"]+)"/.exec(query.replaceAll("$release", "w-waiter"))?.[1]})$`);
    const pods = (service: string) => [
      `w-waiter-${service}-7c5d-x2x4z`,
      `w-waiter-${service}-7c5dx2x4z`,
    ];
    const others = [
      "x-w-waiter-api-7c5d-x2x4z",
      "w-waiter-api-api-7c5d-x2x4z",
      "w-waiter-worker-socket-gateway-7c5d-x2x4z",
      "w-waiter-dev-origin-7c5d-x2x4z",
    ];
    const scaling = scalers(render({ ci: "keda" })).flatMap(({ spec: { triggers } }) =>
      triggers.flatMap((each: Manifest) => each.metadata["query" as never] ?? []),
    );
    const panels = readdirSync(join(chart, "files/dashboards")).flatMap((file) =>
      Array.from(
        readFileSync(join(chart, "files/dashboards", file), "utf8").matchAll(/"expr": (".*")/g),
        ([, text = ""]) => JSON.parse(text) as string,
      ),
    );
    const queries = [
      ...rules.flatMap(
        ({ ["expr"]: query }) => (query as string).match(/waiter_\w+\{[^}]*\}/g) ?? [],
      ),
      ...scaling,
      ...panels,
    ] as string[];
    expect(queries.length).toBeGreaterThan(40);
    for (const query of queries) {
      const own = /waiter_queue|outbox|event_consumer/.test(query) ? "worker" : "socket-gateway";
      for (const pod of pods(query.includes("-worker-") ? "worker" : own))
        expect(pod).toMatch(selector(query));
      for (const pod of others) expect(pod).not.toMatch(selector(query));
    }
  });
  // promtool is in Debian's package `prometheus`, which .ci/run installs: required in CI.
  const withPromtool =
    process.env["CI"] === "true" ||
    spawnSync("promtool", ["--version"], { stdio: "ignore" }).status === 0
      ? test
      : test.skip;
  const cases = ["alerts.promtool.yaml", "alerts-over-days.promtool.yaml"];
  withPromtool("fire and resolve as promtool's cases expect", () => {
    const folder = mkdtempSync(join(tmpdir(), "rules-"));
    writeFileSync(join(folder, "alerts.rendered.yaml"), stringify(spec));
    for (const name of cases) copyFileSync(join(import.meta.dirname, name), join(folder, name));
    // oxlint-disable-next-line jest/no-standalone-expect -- a test where promtool is installed
    expect(
      execFileSync("promtool", ["test", "rules", ...cases], {
        cwd: folder,
        encoding: "utf8",
      }),
    ).toContain("SUCCESS");
  });
  test("every alert has a promtool case", () => {
    const tested = cases
      .map((name) => readFileSync(join(import.meta.dirname, name), "utf8"))
      .join("");
    expect(
      rules
        .flatMap(({ ["alert"]: name }) => name ?? [])
        .filter((name) => !tested.includes(`alertname: ${name}`)),
    ).toEqual([]);
  });
});

describe("dashboards", () => {
  const folder = join(chart, "files/dashboards");
  test.each(readdirSync(folder))("%s queries metrics that the services export", (file) => {
    const { title, panels } = JSON.parse(readFileSync(join(folder, file), "utf8")) as {
      title: string;
      panels: { targets?: { expr: string }[] }[];
    };
    expect(title).toMatch(/^Waiter/);
    const queries = panels.flatMap(({ targets = [] }) =>
      targets.map(({ expr }) => expr.replaceAll("$namespace", "x")),
    );
    expect(queries.length).toBeGreaterThan(3);
    expect(queries.flatMap(unknownIn)).toEqual([]);
  });
  test("the chart contains all dashboards", () => {
    const maps = render({ ci: "ingress-hpa" }).filter(({ metadata }) =>
      metadata.name.includes("-dashboard-"),
    );
    expect(maps).toHaveLength(readdirSync(folder).length);
    expect(maps.every(({ metadata }) => metadata.labels?.["grafana_dashboard"] === "1")).toBe(true);
  });
});
