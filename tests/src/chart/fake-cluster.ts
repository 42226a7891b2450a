import { execFile } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** API group version -> kinds, plural by appending `s` (or `ies`). What every cluster has. */
const builtIn: Readonly<Record<string, readonly string[]>> = {
  v1: ["ConfigMap", "Namespace", "Pod", "Secret", "Service", "ServiceAccount"],
  "apps/v1": ["Deployment", "StatefulSet"],
  "autoscaling/v2": ["HorizontalPodAutoscaler"],
  "batch/v1": ["Job"],
  "networking.k8s.io/v1": ["Ingress", "NetworkPolicy"],
  "policy/v1": ["PodDisruptionBudget"],
};
/** The optional APIs that the chart can use. */
export const optionalApis: Readonly<Record<string, readonly string[]>> = {
  "gateway.networking.k8s.io/v1": ["HTTPRoute"],
  "keda.sh/v1alpha1": ["ScaledObject"],
  "monitoring.coreos.com/v1": ["PodMonitor", "PrometheusRule", "ServiceMonitor"],
};

const plural = (kind: string): string => {
  const name = kind.toLowerCase();
  if (name.endsWith("y")) return `${name.slice(0, -1)}ies`;
  return name.endsWith("s") ? `${name}es` : `${name}s`;
};

/** A live object of namespace `waiter`. */
export interface LiveObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly [field: string]: unknown };
  readonly [field: string]: unknown;
}

export interface FakeCluster extends AsyncDisposable {
  /** Path of a kubeconfig file. */
  readonly kubeconfig: string;
}

/**
 * A Kubernetes API server for Helm's dry run against a cluster: discovery, `lookup` and an empty
 * release history. It stores nothing.
 */
export async function startFakeCluster({
  apis = {},
  objects = [],
}: {
  readonly apis?: Readonly<Record<string, readonly string[]>>;
  readonly objects?: readonly LiveObject[];
}): Promise<FakeCluster> {
  const versions = { ...builtIn, ...apis };
  const server = createServer((request, response) => answer(request, response, versions, objects));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const kubeconfig = join(mkdtempSync(join(tmpdir(), "kubeconfig-")), "config");
  writeFileSync(
    kubeconfig,
    JSON.stringify({
      apiVersion: "v1",
      kind: "Config",
      clusters: [{ name: "fake", cluster: { server: `http://127.0.0.1:${port}` } }],
      users: [{ name: "fake", user: {} }],
      contexts: [{ name: "fake", context: { cluster: "fake", user: "fake" } }],
      "current-context": "fake",
    }),
  );
  return {
    kubeconfig,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function answer(
  { url = "/" }: IncomingMessage,
  response: ServerResponse,
  versions: Readonly<Record<string, readonly string[]>>,
  objects: readonly LiveObject[],
): void {
  const path = new URL(url, "http://cluster").pathname;
  const send = (body: object, status = 200): void => {
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  };
  if (path === "/version") return send({ major: "1", minor: "34", gitVersion: "v1.34.0" });
  if (path === "/api") return send({ kind: "APIVersions", versions: ["v1"] });
  if (path === "/apis")
    return send({ kind: "APIGroupList", apiVersion: "v1", groups: groupsOf(versions) });
  const version = path.replace(/^\/apis?\//, "");
  const kinds = versions[version];
  if (kinds !== undefined) return send(resourceList(version, kinds));
  const found = objects.find(({ apiVersion, kind, metadata }) =>
    path.endsWith(`/${apiVersion}/namespaces/waiter/${plural(kind)}/${metadata.name}`),
  );
  if (found !== undefined) return send(found);
  if (path.endsWith("/secrets"))
    return send({ kind: "SecretList", apiVersion: "v1", metadata: {}, items: [] });
  send({ kind: "Status", apiVersion: "v1", status: "Failure", reason: "NotFound", code: 404 }, 404);
}

const groupsOf = (versions: Readonly<Record<string, readonly string[]>>): object[] =>
  Object.keys(versions)
    .filter((version) => version.includes("/"))
    .map((groupVersion) => {
      const [name, version] = groupVersion.split("/");
      return {
        name,
        versions: [{ groupVersion, version }],
        preferredVersion: { groupVersion, version },
      };
    });

const resourceList = (groupVersion: string, kinds: readonly string[]): object => ({
  kind: "APIResourceList",
  apiVersion: "v1",
  groupVersion,
  resources: kinds.map((kind) => ({
    name: plural(kind),
    singularName: kind.toLowerCase(),
    namespaced: kind !== "Namespace",
    kind,
    verbs: ["get", "list", "create", "patch", "delete"],
  })),
});

/** Runs a program without blocking this process, which serves the fake cluster. */
export const run = (
  program: string,
  args: readonly string[],
  input: string,
): Promise<{ readonly failed: boolean; readonly output: string }> =>
  new Promise((resolve) => {
    const child = execFile(program, args, { maxBuffer: 50_000_000 }, (error, stdout, stderr) =>
      resolve({ failed: error !== null, output: stdout + stderr }),
    );
    child.stdin?.end(input);
  });
