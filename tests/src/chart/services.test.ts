import { createECDH } from "node:crypto";
import { cpSync, mkdtempSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { variables } from "@waiter/config";
import { chart, find, podTemplates, render, type Manifest } from "./helm.ts";

/** Whether a file of ci/ enables devStores. */
const bringsItsOwnStores = (ci: string): boolean =>
  /^devStores:/m.test(readFileSync(join(chart, "ci", `${ci}-values.yaml`), "utf8"));
const cases = readdirSync(join(chart, "ci")).map((file) => file.replace("-values.yaml", ""));
const services = ["api", "socket-gateway", "worker"] as const;
const template = (manifests: Manifest[], service: string): string =>
  JSON.stringify(find(manifests, "Deployment", `w-waiter-${service}`)["spec"].template);
const env = (manifests: Manifest[], service: string): string[] =>
  podTemplates(manifests)
    .filter(({ name }) => name === `w-waiter-${service}`)
    .flatMap(({ spec }) => spec["containers"][0].env.map(({ name }: { name: string }) => name));
const seconds = (text: string): number => Number(/^(\d+)s$/.exec(text)?.[1]);

describe("a change restarts only the services that use it", () => {
  const before = render({ ci: "small" });
  test.each([
    ["api.config.RATE_LIMIT_API", 600],
    ["api.image.tag", "next"],
    ["api.rolloutToken", "rotated"],
    ["api.drainSeconds", 30],
    ["api.extraEnv.NODE_EXTRA_CA_CERTS", "/ca"],
  ])("%s leaves gateway and worker pods byte-identical", (name, value) => {
    const after = render({ ci: "small", set: { [name]: value } });
    expect(template(after, "api")).not.toBe(template(before, "api"));
    for (const service of ["socket-gateway", "worker"])
      expect(template(after, service)).toBe(template(before, service));
  });
  test("a new chart version with the same images restarts no pod", () => {
    const copy = mkdtempSync(join(tmpdir(), "chart-"));
    cpSync(chart, copy, { recursive: true });
    writeFileSync(
      join(copy, "Chart.yaml"),
      readFileSync(join(chart, "Chart.yaml"), "utf8").replaceAll(/ersion: 0\..*/g, "ersion: 9.9.9"),
    );
    const [mine, other] = [chart, copy].map((from) =>
      render({ ci: "small", chart: from, set: { "image.tag": "same" } }),
    );
    for (const service of services)
      expect(template(other as Manifest[], service)).toBe(template(mine as Manifest[], service));
  });
  test("the global rolloutToken restarts all services", () => {
    const after = render({ ci: "small", set: { rolloutToken: "rotated" } });
    for (const service of services)
      expect(template(after, service)).not.toBe(template(before, service));
  });
});

describe("each service receives only its own secrets", () => {
  const manifests = render({ ci: "small" });
  test("signing keys: api; database URLs: not the gateway; owner: migration", () => {
    const holders = (secret: string) =>
      ["api", "socket-gateway", "worker", "migrate"].filter((service) =>
        env(manifests, service).includes(secret),
      );
    expect(holders("JWT_PRIVATE_KEYS")).toEqual(["api"]);
    expect(holders("VAPID_PRIVATE_KEY")).toEqual(["worker"]);
    expect(holders("VAPID_PUBLIC_KEY")).toEqual(["api", "worker"]);
    expect(holders("DATABASE_URL")).toEqual(["api", "worker", "migrate"]);
    expect(holders("MIGRATION_DATABASE_URL")).toEqual(["migrate"]);
    expect(holders("RELAY_DATABASE_URL")).toEqual(["worker", "migrate"]);
    expect(holders("QUEUE_REDIS_URL")).toEqual(["api", "worker", "migrate"]);
    expect(env(manifests, "socket-gateway")).toEqual([
      "INTERNAL_TOKEN",
      "JWT_PUBLIC_KEYS",
      "REDIS_URL",
    ]);
  });
  test("templates generate no production Secret", () => {
    for (const ci of cases) {
      const secrets = render({ ci }).filter(({ kind }) => kind === "Secret");
      expect(secrets.every(({ metadata }) => metadata.name.includes("-dev-"))).toBe(true);
      expect(secrets.length).toBe(bringsItsOwnStores(ci) ? 2 : 0);
    }
  });
  test("the dev stores' keys for push are a pair that the worker accepts", () => {
    const ci = cases.find(bringsItsOwnStores) ?? "";
    const secret = find(render({ ci }), "Secret", "w-waiter-dev-keys");
    const { VAPID_PRIVATE_KEY, VAPID_PUBLIC_KEY } = secret["stringData"] as Record<string, string>;
    const pair = createECDH("prime256v1");
    pair.setPrivateKey(VAPID_PRIVATE_KEY ?? "", "base64url");
    expect(pair.getPublicKey("base64url")).toBe(VAPID_PUBLIC_KEY);
  });
  test("the services know every variable that the chart sets", () => {
    const known = new Set(Object.values(variables).flatMap((group) => Object.keys(group)));
    for (const ci of cases) {
      const manifestsOfCase = render({ ci });
      const set = services.flatMap((service) => [
        ...Object.keys(find(manifestsOfCase, "ConfigMap", `w-waiter-${service}`)["data"]),
        ...env(manifestsOfCase, service),
      ]);
      expect(set.filter((name) => !known.has(name) && !/^(NODE|K8S)_/.test(name))).toEqual([]);
    }
  });
  test("extraEnv wins by name, and appears once", () => {
    const names = env(render({ ci: "keda" }), "api");
    expect(names.filter((name) => name === "DATABASE_URL")).toHaveLength(1);
    expect(JSON.stringify(find(render({ ci: "keda" }), "Deployment", "w-waiter-api"))).toContain(
      '{"key":"url","name":"other"}',
    );
  });
});

describe("additions to pods and Services", () => {
  const manifests = render({
    ci: "small",
    values: {
      api: {
        podLabels: { team: "floor" },
        serviceAnnotations: { "example.com/lb": "api" },
        nodeSelector: { pool: "web" },
        tolerations: [{ key: "web" }],
      },
      socketGateway: { serviceAnnotations: { "example.com/lb": "sockets" } },
      worker: { serviceAnnotations: { "example.com/lb": "none" } },
    },
  });
  test("podLabels are on the pods and in no selector", () => {
    const { spec } = find(manifests, "Deployment", "w-waiter-api");
    expect(spec.template.metadata.labels).toMatchObject({
      team: "floor",
      "app.kubernetes.io/component": "api",
    });
    expect(
      JSON.stringify([spec.selector, spec.template.spec.topologySpreadConstraints]),
    ).not.toContain("floor");
    expect(template(manifests, "worker")).not.toContain("floor");
  });
  test("serviceAnnotations are on each Service", () => {
    expect(
      services.map(
        (service) =>
          find(manifests, "Service", `w-waiter-${service}`).metadata.annotations?.[
            "example.com/lb"
          ],
      ),
    ).toEqual(["api", "sockets", "none"]);
  });
  test("migration and helm test run on the api's nodes", () => {
    for (const name of ["w-waiter-api", "w-waiter-migrate", "w-waiter-test"]) {
      const spec = podTemplates(manifests).find((each) => each.name === name)?.spec;
      expect([spec?.["nodeSelector"], spec?.["tolerations"]]).toEqual([
        { pool: "web" },
        [{ key: "web" }],
      ]);
    }
  });
  test("podSecurity sets user and groups, null omits them", () => {
    const context = (podSecurity: unknown) =>
      podTemplates(render({ ci: "small", values: { podSecurity } })).map(({ spec }) => {
        const { runAsUser, runAsGroup, fsGroup, runAsNonRoot } = spec["securityContext"];
        return [runAsUser, runAsGroup, fsGroup, runAsNonRoot];
      });
    const five = <T>(value: T): T[] => Array.from({ length: 5 }, () => value);
    expect(context({})).toEqual(five([1000, 1000, 1000, true]));
    expect(context({ runAsUser: 1_000_650_000, runAsGroup: 0, fsGroup: 7 })).toEqual(
      five([1_000_650_000, 0, 7, true]),
    );
    expect(context({ runAsUser: null, runAsGroup: null, fsGroup: null })).toEqual(
      five([undefined, undefined, undefined, true]),
    );
  });
});

test("extra containers and pod options reach the pods, the migration has the api's", () => {
  const proxy = { name: "proxy", image: "registry.example/proxy:1", restartPolicy: "Always" };
  const own = { name: "own", image: "registry.example/own:1", securityContext: { runAsUser: 7 } };
  const options = {
    hostAliases: [{ ip: "10.0.0.1", hostnames: ["db"] }],
    dnsPolicy: "None",
    dnsConfig: { nameservers: ["10.0.0.2"] },
    runtimeClassName: "gvisor",
    schedulerName: "other",
    hostUsers: false,
  };
  const manifests = render({
    ci: "small",
    values: {
      api: {
        ...options,
        initContainers: [proxy],
        extraContainers: [own],
        resizePolicy: [{ resourceName: "cpu", restartPolicy: "NotRequired" }],
        trafficDistribution: "PreferSameZone",
      },
    },
  });
  const pod = (name: string) =>
    podTemplates(manifests).find((each) => each.name === name)?.spec as Manifest;
  for (const name of ["w-waiter-api", "w-waiter-migrate"]) {
    expect(pod(name)).toMatchObject(options);
    expect(pod(name)["initContainers"]).toEqual([
      { ...proxy, securityContext: pod(name)["containers"][0].securityContext },
    ]);
  }
  expect(pod("w-waiter-api")["containers"][1]).toEqual(own);
  expect(pod("w-waiter-api")["containers"][0].resizePolicy).toHaveLength(1);
  expect(pod("w-waiter-migrate")["containers"]).toHaveLength(1);
  expect(find(manifests, "Service", "w-waiter-api")["spec"].trafficDistribution).toBe(
    "PreferSameZone",
  );
  for (const name of [...Object.keys(options), "initContainers"])
    expect(pod("w-waiter-worker")[name]).toBeUndefined();
});

describe.each(cases)("pods of %s", (ci) => {
  const manifests = render({ ci });
  test("meet the restricted standard and mount no token", () => {
    for (const { spec } of podTemplates(manifests)) {
      expect(spec["automountServiceAccountToken"]).toBe(false);
      expect(spec["securityContext"]).toMatchObject({
        runAsNonRoot: true,
        seccompProfile: { type: "RuntimeDefault" },
      });
      for (const container of [...spec["containers"], ...(spec["initContainers"] ?? [])]) {
        expect(container.securityContext).toMatchObject({
          allowPrivilegeEscalation: false,
          capabilities: { drop: ["ALL"] },
        });
        expect(container.securityContext.readOnlyRootFilesystem).toBe(
          ci !== "dev" || container.name === "postgres" || container.name === "redis",
        );
        expect(container.resources.limits.memory).toBeDefined();
        expect(container.terminationMessagePolicy).toBe("FallbackToLogsOnError");
      }
    }
  });
  test("carry only constant labels", () => {
    for (const { metadata } of podTemplates(manifests).filter(
      ({ name }) => !name.endsWith("-test"),
    ))
      expect(Object.keys(metadata.labels ?? {}).toSorted()).toEqual([
        "app.kubernetes.io/component",
        "app.kubernetes.io/instance",
        "app.kubernetes.io/name",
      ]);
  });
  test("preStop, drain and deadline fit the grace period", () => {
    for (const service of services) {
      const { spec } = find(manifests, "Deployment", `w-waiter-${service}`)["spec"].template;
      const { data } = find(manifests, "ConfigMap", `w-waiter-${service}`) as unknown as {
        data: Record<string, string>;
      };
      const preStop = spec.containers[0].lifecycle.preStop.sleep.seconds;
      const drain = seconds(data["DRAIN_WINDOW"] ?? "0s");
      const deadline = seconds(data["SHUTDOWN_DEADLINE"] ?? "");
      expect(preStop).toBe(10);
      expect(deadline).toBeGreaterThan(drain);
      expect(spec.terminationGracePeriodSeconds).toBeGreaterThan(preStop + deadline);
      expect(spec.terminationGracePeriodSeconds).toBeGreaterThanOrEqual(preStop + drain + 15);
    }
  });
  test("have probes on the ops port and roll out with maxUnavailable 0", () => {
    for (const service of services) {
      const { spec } = find(manifests, "Deployment", `w-waiter-${service}`);
      const [container] = spec.template.spec.containers;
      expect(
        [container.startupProbe, container.livenessProbe, container.readinessProbe].map(
          ({ httpGet }) => [httpGet.path, httpGet.port],
        ),
      ).toEqual([
        ["/startupz", "ops"],
        ["/livez", "ops"],
        ["/readyz", "ops"],
      ]);
      expect(spec.strategy.rollingUpdate.maxUnavailable).toBe(0);
      expect(
        spec.template.spec.topologySpreadConstraints.every(
          ({ whenUnsatisfiable }: Record<string, string>) => whenUnsatisfiable === "ScheduleAnyway",
        ),
      ).toBe(true);
    }
    const gateway = find(manifests, "Deployment", "w-waiter-socket-gateway")["spec"];
    expect(gateway.progressDeadlineSeconds).toBeGreaterThan(gateway.minReadySeconds);
    expect(gateway.template.spec.containers[0].resources.limits.cpu).toBeUndefined();
    const { data } = find(manifests, "ConfigMap", "w-waiter-socket-gateway") as unknown as {
      data: Record<string, string>;
    };
    expect(gateway.minReadySeconds).toBeGreaterThanOrEqual(seconds(data["DRAIN_WINDOW"] ?? ""));
  });
});

describe("the migration", () => {
  test("with external stores is a hook that needs only its own policy", () => {
    const manifests = render({ ci: "small" });
    const job = find(manifests, "Job", "w-waiter-migrate");
    expect(job.metadata.annotations).toMatchObject({
      "helm.sh/hook": "pre-install,pre-upgrade",
      "helm.sh/hook-delete-policy": "before-hook-creation,hook-succeeded",
      "helm.sh/hook-output-log-policy": "hook-failed",
    });
    const text = JSON.stringify(job["spec"]);
    expect(text).not.toContain("configMap");
    expect(job["spec"].template.spec.serviceAccountName).toBeUndefined();
    const policy = find(manifests, "NetworkPolicy", "w-waiter-migrate").metadata.annotations;
    expect(Number(policy?.["helm.sh/hook-weight"])).toBeLessThan(
      Number(job.metadata.annotations?.["helm.sh/hook-weight"]),
    );
  });
  test("keeps its network while it runs, and an uninstall deletes it", () => {
    const policies = render({ ci: "small" }).filter(
      ({ kind, metadata }) => kind === "NetworkPolicy" && metadata.name === "w-waiter-migrate",
    );
    const hooks = policies.map(({ metadata }) => [
      metadata.annotations?.["helm.sh/hook"],
      metadata.annotations?.["helm.sh/hook-delete-policy"],
    ]);
    expect(hooks).toEqual([
      ["pre-install,pre-upgrade", "before-hook-creation"],
      ["post-delete", "before-hook-creation,hook-succeeded"],
    ]);
    expect(policies[1]?.["spec"]).toEqual(policies[0]?.["spec"]);
  });
  test("starts without its Secrets, which it then names, and stops after a wrong setting", () => {
    const { spec } = find(render({ ci: "small" }), "Job", "w-waiter-migrate");
    const [container] = spec.template.spec.containers;
    const variables = container.env as {
      name: string;
      value?: string;
      valueFrom?: { secretKeyRef: { name: string; optional?: boolean } };
    }[];
    const secrets = variables.flatMap(({ valueFrom }) => valueFrom?.secretKeyRef ?? []);
    expect(new Set(secrets.map(({ name }) => name))).toEqual(
      new Set(["waiter-stores", "waiter-keys"]),
    );
    expect(secrets.every(({ optional }) => optional === true)).toBe(true);
    expect(variables.map(({ name, value }) => `${name}=${value}`)).toEqual(
      expect.arrayContaining(["STORES_SECRET=waiter-stores", "KEYS_SECRET=waiter-keys"]),
    );
    expect(spec.podFailurePolicy.rules[0]).toEqual({
      action: "FailJob",
      onExitCodes: { containerName: "migrate", operator: "In", values: [78] },
    });
  });
  test("has the api's environment and nodes, its own extraEnv wins", () => {
    const affinity = { podAntiAffinity: {} };
    const spec = (values: object) =>
      find(render({ ci: "small", values }), "Job", "w-waiter-migrate")["spec"].template.spec;
    const set = (values: object) => {
      const all = spec(values).containers[0].env as {
        name: string;
        value?: string;
        valueFrom?: unknown;
      }[];
      return Object.fromEntries(
        all.map(({ name, value, valueFrom }) => [name, value ?? valueFrom]),
      );
    };
    const api = { affinity, extraEnv: { NODE_EXTRA_CA_CERTS: "/etc/ca/ca.crt", PGAPPNAME: "api" } };
    expect(spec({ api }).affinity).toEqual(affinity);
    expect(set({ api })).toMatchObject({ NODE_EXTRA_CA_CERTS: "/etc/ca/ca.crt", PGAPPNAME: "api" });
    const other = { secretKeyRef: { name: "owner", key: "url" } };
    const own = set({
      api,
      migration: {
        extraEnv: { PGAPPNAME: "migrate", MIGRATION_DATABASE_URL: { valueFrom: other } },
      },
    });
    expect(own).toMatchObject({
      NODE_EXTRA_CA_CERTS: "/etc/ca/ca.crt",
      PGAPPNAME: "migrate",
      MIGRATION_DATABASE_URL: other,
    });
  });
  test("with devStores is an ordinary Job named by the hash of its spec", () => {
    const name = (set: Record<string, string>) =>
      render({ ci: "trial", set }).find(
        ({ kind, metadata }) => kind === "Job" && metadata.name.startsWith("w-waiter-migrate"),
      );
    expect(name({})?.metadata.annotations).toBeUndefined();
    expect(name({ "api.image.tag": "a" })?.metadata.name).not.toBe(
      name({ "api.image.tag": "b" })?.metadata.name,
    );
    expect(name({})?.metadata.name).toBe(name({})?.metadata.name);
  });
});

test("devStores' Postgres grants database.maxConnections plus 3", () => {
  const args = (set: Record<string, string | number>) =>
    find(render({ ci: "trial", set }), "StatefulSet", "w-waiter-dev-postgres")["spec"].template.spec
      .containers[0].args as string[];
  expect(args({})).toContain("max_connections=103");
  expect(
    args({
      "database.maxConnections": 250,
      "autoscaling.mode": "hpa",
      "api.autoscaling.maxReplicas": 15,
    }),
  ).toContain("max_connections=253");
});

test("a disruption budget wherever there can be two pods", () => {
  for (const mode of ["none", "hpa"])
    expect(
      render({
        ci: "small",
        set: { "autoscaling.mode": mode, "worker.autoscaling.minReplicas": 1 },
      }).filter(({ kind }) => kind === "PodDisruptionBudget"),
    ).toHaveLength(3);
  const budget = find(render({ ci: "keda" }), "PodDisruptionBudget", "w-waiter-api")["spec"];
  expect(budget).toMatchObject({ maxUnavailable: 1, unhealthyPodEvictionPolicy: "AlwaysAllow" });
  expect(render({ ci: "dev" }).some(({ kind }) => kind === "PodDisruptionBudget")).toBe(false);
});

test("images use the mirror registry and a given digest", () => {
  const manifests = render({ ci: "keda" });
  const images = podTemplates(manifests).flatMap(({ spec }) =>
    spec["containers"].map(({ image }: { image: string }) => image),
  );
  expect(images.every((image: string) => image.startsWith("registry.example/mirror/waiter/"))).toBe(
    true,
  );
  expect(
    find(manifests, "Deployment", "w-waiter-api")["spec"].template.spec.containers[0].image,
  ).toContain("@sha256:");
  expect(
    find(manifests, "Deployment", "w-waiter-api")["spec"].template.spec.imagePullSecrets,
  ).toEqual([{ name: "own-pull" }, { name: "global-pull" }]);
});

test("otel.endpoint sets the sample ratio and the pod's attributes", () => {
  const traced = render({
    ci: "small",
    set: { "otel.endpoint": "http://collector:4318", "otel.sampleRatio": 0.1 },
  });
  const plain = render({ ci: "small" });
  for (const service of services) {
    expect(find(traced, "ConfigMap", `w-waiter-${service}`)["data"]).toMatchObject({
      OTEL_TRACES_SAMPLER_ARG: "0.1",
    });
    const list: { name: string; value?: string }[] = find(
      traced,
      "Deployment",
      `w-waiter-${service}`,
    )["spec"].template.spec.containers[0].env;
    const names = list.map(({ name }) => name);
    const attributes = list.find(({ name }) => name === "OTEL_RESOURCE_ATTRIBUTES")?.value ?? "";
    const used = [...attributes.matchAll(/\$\((\w+)\)/g)].map(([, name]) => name ?? "");
    expect([attributes, used.length]).toEqual([expect.stringContaining("k8s.pod.name=$("), 2]);
    // Kubernetes expands only variables earlier in the list.
    for (const name of used)
      expect(names.indexOf(name)).toBeLessThan(names.indexOf("OTEL_RESOURCE_ATTRIBUTES"));
    for (const name of used) expect(names).toContain(name);
    expect(env(plain, service)).not.toContain("OTEL_RESOURCE_ATTRIBUTES");
  }
});
