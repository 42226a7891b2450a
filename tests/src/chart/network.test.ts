import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { chart, find, podTemplates, render, type Manifest } from "./helm.ts";
import { peersOf } from "./peers.ts";

interface Rule {
  readonly to?: readonly {
    ipBlock?: { cidr: string; except?: string[] };
    podSelector?: { matchLabels: Record<string, string> };
  }[];
  readonly from?: readonly unknown[];
  readonly ports: readonly { port: number | string; protocol: string }[];
}
const policy = (manifests: Manifest[], name: string) =>
  find(manifests, "NetworkPolicy", `w-waiter-${name}`)["spec"] as {
    podSelector: { matchLabels: Record<string, string> };
    policyTypes: string[];
    ingress?: Rule[];
    egress?: Rule[];
  };
const ports = (rule: Rule) => rule.ports.map(({ port }) => port);

describe("network policies", () => {
  const manifests = render({ ci: "ingress-hpa" });
  test("default-deny selects every pod of the release", () => {
    const deny = policy(manifests, "default-deny");
    expect(deny.policyTypes).toEqual(["Ingress", "Egress"]);
    expect([deny.ingress, deny.egress]).toEqual([undefined, undefined]);
    for (const { metadata } of podTemplates(manifests))
      expect(metadata.labels).toMatchObject(deny.podSelector.matchLabels);
  });
  test("every service may resolve names on 53 and 5353", () => {
    for (const name of ["api", "socket-gateway", "worker", "migrate", "test"]) {
      const dns = policy(manifests, name).egress?.[0];
      expect(dns?.to).toBeUndefined();
      expect(dns?.ports.map(({ port, protocol }) => `${port}/${protocol}`)).toEqual([
        "53/UDP",
        "53/TCP",
        "5353/UDP",
        "5353/TCP",
      ]);
    }
  });
  test("the gateway cannot reach a database", () => {
    const allowed = policy(manifests, "socket-gateway").egress?.flatMap(ports) ?? [];
    expect(allowed).not.toContain(5432);
    expect(allowed).toEqual(expect.arrayContaining([6379, "http"]));
  });
  test("the migration reaches names and both stores, which it logs in to", () => {
    const allowed = (manifest: Manifest[]) =>
      policy(manifest, "migrate").egress?.slice(1).flatMap(ports);
    expect(allowed(manifests)).toEqual([5432, 6432, 6379, 26379]);
    const trial = render({ ci: "local" });
    expect(allowed(trial)).toEqual([5432, 6379]);
    for (const store of ["dev-postgres", "dev-redis"])
      expect(JSON.stringify(policy(trial, store).ingress)).toContain('"migrate"');
  });
  test("CIDRs restrict the rules of the stores", () => {
    const stores = policy(manifests, "api").egress?.filter(
      (rule) => ports(rule).includes(5432) || ports(rule).includes(6379),
    );
    expect(stores?.map(({ to }) => to?.[0]?.ipBlock?.cidr)).toEqual(["10.1.0.0/24", "10.2.0.0/24"]);
  });
  test("the worker reaches public addresses, not private or link-local ones", () => {
    const world = policy(manifests, "worker").egress?.at(-1) as Rule;
    expect(ports(world)).toEqual([443, 465, 587]);
    const [v4, v6] = world.to?.map(({ ipBlock }) => ipBlock) ?? [];
    expect(v4?.except).toEqual(
      expect.arrayContaining([
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "169.254.0.0/16",
        "127.0.0.0/8",
        "100.64.0.0/10",
      ]),
    );
    expect(v6?.except).toEqual(expect.arrayContaining(["fc00::/7", "fe80::/10"]));
  });
  test("private networks for outgoing HTTP open the worker's policy and both services' check", () => {
    const opened = render({
      ci: "ingress-hpa",
      values: { outbound: { privateNetworks: ["10.9.0.0/16", "192.168.7.7/32"] } },
    });
    const egress = policy(opened, "worker").egress ?? [];
    expect(egress.at(-1)?.to).toEqual([
      { ipBlock: { cidr: "10.9.0.0/16" } },
      { ipBlock: { cidr: "192.168.7.7/32" } },
    ]);
    expect(policy(opened, "api").egress).toEqual(policy(manifests, "api").egress);
    for (const service of ["api", "worker"])
      expect(find(opened, "ConfigMap", `w-waiter-${service}`)["data"]).toMatchObject({
        OUTBOUND_PRIVATE_NETWORKS: "10.9.0.0/16,192.168.7.7/32",
      });
  });
  test("Prometheus reaches the ops port only", () => {
    const monitoring = {
      namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "monitoring" } },
    };
    for (const name of ["api", "socket-gateway", "worker"]) {
      const scraping = policy(manifests, name).ingress?.filter(({ from }) =>
        JSON.stringify(from).includes(JSON.stringify(monitoring)),
      );
      expect(scraping?.map(ports)).toEqual([["ops"]]);
    }
  });
  test("pods reach a trace collector only with tracing on", () => {
    const collectors = (from: Manifest[]) =>
      policy(from, "api").egress?.filter((rule) => ports(rule).includes(4318)).length;
    expect([collectors(manifests), collectors(render({ ci: "small" }))]).toEqual([1, 0]);
  });
  test("networkPolicy.enabled=false renders no policy", () => {
    expect(
      render({ ci: "small", set: { "networkPolicy.enabled": false } }).some(
        ({ kind }) => kind === "NetworkPolicy",
      ),
    ).toBe(false);
  });
});

describe("allowed connections equal network-peers.txt", () => {
  const [head = "", ...sections] = readFileSync(
    join(import.meta.dirname, "network-peers.txt"),
    "utf8",
  ).split(/^\[(.*)\]$/m);
  const names = head
    .split("\n")
    .flatMap((line) => (line.includes(" = ") ? [line.split(" = ") as [string, string]] : []));
  const wanted = new Map(
    sections.flatMap((ci, index) =>
      index % 2 === 0 ? [[ci, (sections[index + 1] ?? "").trim().split("\n")] as const] : [],
    ),
  );
  const shortened = (line: string) =>
    names.reduce((text, [name, peer]) => text.replace(peer, name), line);
  test.each(readdirSync(join(chart, "ci")).map((file) => file.replace("-values.yaml", "")))(
    "%s",
    (ci) => {
      expect(peersOf(render({ ci })).map(shortened)).toEqual(wanted.get(ci));
    },
  );
});

describe("routes", () => {
  test("an HTTPRoute serves apex and tenants, sockets without time-out", () => {
    const { spec } = find(render({ ci: "small" }), "HTTPRoute", "w-waiter");
    expect(spec.hostnames).toEqual(["waiter.example", "*.waiter.example"]);
    expect(spec.rules[0]).toMatchObject({
      matches: [{ path: { value: "/socket.io" } }],
      timeouts: { request: "0s" },
      backendRefs: [{ name: "w-waiter-socket-gateway" }],
    });
    expect(spec.rules[1].backendRefs[0].name).toBe("w-waiter-api");
  });
  test.each<[string, unknown, unknown]>([
    ["as set", { request: "1h", backendRequest: "30s" }, { request: "1h", backendRequest: "30s" }],
    ["absent for {}, which GKE needs", {}, undefined],
    ["absent for an empty list, which --set makes of {}", [], undefined],
  ])("the HTTPRoute's time-outs are %s", (_, timeouts, rendered) => {
    const { spec } = find(
      render({ ci: "small", values: { httpRoute: { timeouts } } }),
      "HTTPRoute",
      "w-waiter",
    );
    expect(spec.rules[0].timeouts).toEqual(rendered);
    expect(spec.rules[1].timeouts).toBeUndefined();
  });
  test("an Ingress serves apex and tenants, its TLS section names both", () => {
    const { spec } = find(render({ ci: "ingress-hpa" }), "Ingress", "w-waiter");
    expect(spec.rules.map(({ host }: { host: string }) => host)).toEqual([
      "waiter.example",
      "*.waiter.example",
    ]);
    for (const { http } of spec.rules)
      expect(
        http.paths.map((path: Manifest) => [path["path"], path["backend"].service.name]),
      ).toEqual([
        ["/socket.io", "w-waiter-socket-gateway"],
        ["/", "w-waiter-api"],
      ]);
    expect(spec.tls[0].hosts).toEqual(["waiter.example", "*.waiter.example"]);
  });
});
