/**
 * One release `w` of the chart with its development stores, in a throw-away namespace, and the
 * settings of all cluster tests. WAITER_TAG (0.2.0): tag of the images in the cluster;
 * WAITER_NEXT_TAG: the tag after a roll-out, the same unless given.
 */
import { join } from "node:path";
import { run, until, type Cluster } from "./kube.ts";

export const tag = process.env["WAITER_TAG"] ?? "0.2.0";
export const nextTag = process.env["WAITER_NEXT_TAG"] ?? tag;
/** Screens of one load. */
export const sockets = Number(process.env["SOCKETS"] ?? 500);
const callsPerSecond = Number(process.env["CALLS_PER_SECOND"] ?? 20);
export const chart = join(import.meta.dirname, "../../../helm/waiter");
export const image = `waiter/api:${tag}`;
/** The services that the chart runs. */
export const components = ["api", "socket-gateway", "worker"] as const;

export interface Load {
  readonly calls: number;
  readonly failedCalls: number;
  readonly askedAgain: number;
  readonly events: number;
  readonly wrongScreens: number;
  readonly peakReconnectsPerSecond: number;
}

export class Release {
  readonly cluster: Cluster;
  readonly #values: readonly string[];

  /** `values`: pairs for `--set` that count for every command. */
  constructor(cluster: Cluster, ...values: readonly string[]) {
    this.cluster = cluster;
    this.#values = sets([
      "domain=waiter.test",
      "scheme=http",
      "devStores.enabled=true",
      `networkPolicy.from[0].namespaceSelector.matchLabels.kubernetes\\.io/metadata\\.name=${cluster.front}`,
      // a small cluster has room for all of them and the surge
      ...["api", "socketGateway", "worker"].map(
        (service) => `${service}.resources.requests.cpu=50m`,
      ),
      // one address makes all the calls of a test
      ...["API", "AUTH", "GUEST_SESSIONS", "GUEST_REQUESTS"].map(
        (limit) => `api.config.RATE_LIMIT_${limit}=100000`,
      ),
      "socketGateway.config.CONNECTIONS_PER_ADDRESS_PER_MINUTE=100000",
      ...values,
    ]);
  }

  /** Installs or upgrades, and waits until every pod is ready. */
  upgrade(...more: readonly string[]): string {
    return this.cluster.helm(
      "upgrade",
      "w",
      chart,
      "--install",
      ...this.#values,
      ...sets([`image.tag=${tag}`, ...more]),
      "--wait",
      "--timeout",
      "8m",
    );
  }
  /** The text of one of the release's secrets. */
  secret(name: string): string {
    return Buffer.from(
      this.cluster.kubectl(
        "get",
        "secret",
        "w-waiter-dev-keys",
        "--output",
        `jsonpath={.data.${name}}`,
      ),
      "base64",
    ).toString();
  }
  /** The environment of the smoke programs. */
  target(): Record<string, string> {
    return {
      API_URL: `http://w-waiter-api.${this.cluster.namespace}`,
      GATEWAY_URL: `http://w-waiter-socket-gateway.${this.cluster.namespace}`,
      DOMAIN_URL: "http://waiter.test",
      PLATFORM_ADMIN_TOKEN: this.secret("PLATFORM_ADMIN_TOKEN"),
    };
  }
  /** Starts screens and calls, runs `act` meanwhile, and returns the checker's result. */
  async underLoad(
    name: string,
    seconds: number,
    act: () => void | Promise<void>,
    load: { readonly sockets: number; readonly callsPerSecond: number } = {
      sockets,
      callsPerSecond,
    },
  ): Promise<Load> {
    const { cluster } = this;
    cluster.start(name, cluster.front, "load-main", image, {
      ...this.target(),
      SOCKETS: `${load.sockets}`,
      CALLS_PER_SECOND: `${load.callsPerSecond}`,
      SECONDS: `${seconds}`,
      TENANTS: `${Math.min(25, Math.ceil(load.sockets / 4))}`,
    });
    await until("all screens to connect", 180_000, () => {
      const log = cluster.logs(name, cluster.front);
      if (cluster.hasEnded(name, cluster.front)) throw new Error(`the load has ended: ${log}`);
      return log.includes("connected");
    });
    await act();
    const { log } = await cluster.ended(name, cluster.front, (seconds + 180) * 1_000);
    const found = log.trim().split("\n").at(-1) ?? "{}";
    console.log(`${name}: ${found}`);
    return JSON.parse(found) as Load;
  }
  /** Waits until a call reaches a staff socket. */
  async works(): Promise<void> {
    await until("a call to reach a staff socket", 120_000, () => {
      try {
        return this.cluster
          .helm("test", "w", "--logs")
          .includes("the call reached the staff socket");
      } catch {
        return false;
      }
    });
  }
  /** The number of pods that each Deployment asks for, in the order of `components`. */
  replicas(): number[] {
    return components.map((component) =>
      Number(
        this.cluster.kubectl(
          "get",
          "deployment",
          `w-waiter-${component}`,
          "--output",
          "jsonpath={.spec.replicas}",
        ),
      ),
    );
  }
  /** Number of the release's present revision. */
  revision(): number {
    const status = this.cluster.helm("status", "w", "--output", "json");
    return (JSON.parse(status) as { version: number }).version;
  }
  /** Names of the release's objects of these kinds. */
  objects(kinds: string): string[] {
    return this.cluster
      .kubectl("get", kinds, "--selector", "app.kubernetes.io/instance=w", "--output", "name")
      .split("\n")
      .filter((name) => name !== "");
  }
}

/** Whether the cluster has an optional API, such as `scaledobjects.keda.sh`. */
export function hasApi(resource: string): boolean {
  try {
    run("kubectl", ["get", "crd", resource]);
    return true;
  } catch {
    return false;
  }
}

export const sets = (pairs: readonly string[]): string[] =>
  pairs.flatMap((pair) => ["--set", pair]);
