import { spawnSync } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";

/** Runs a program against the current kube context; throws with what it said. */
export function run(program: string, args: readonly string[], input?: string): string {
  const done = spawnSync(program, args, {
    encoding: "utf8",
    maxBuffer: 50_000_000,
    ...(input === undefined ? {} : { input }),
  });
  if (done.status !== 0)
    throw new Error(`${program} ${args.join(" ")}: ${done.error?.message ?? done.stderr.trim()}`);
  return done.stdout;
}

interface Pod {
  readonly metadata: { readonly name: string; readonly deletionTimestamp?: string };
  readonly status: {
    /** Absent until the scheduler or the kubelet has seen the pod. */
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
  };
}

/** One throw-away namespace and what the tests do in it. */
export class Cluster {
  readonly namespace: string;
  /** Another namespace, whose pods the policies let in. */
  readonly front: string;
  /** A third one, of which they know nothing. */
  readonly other: string;

  constructor(name: string) {
    this.namespace = name;
    this.front = `${name}-front`;
    this.other = `${name}-other`;
  }

  static isGiven(): boolean {
    return spawnSync("kubectl", ["get", "--raw", "/readyz"], { stdio: "ignore" }).status === 0;
  }
  kubectl(...args: string[]): string {
    return run("kubectl", ["--namespace", this.namespace, ...args]);
  }
  helm(command: string, ...args: string[]): string {
    return run("helm", [command, ...args, "--namespace", this.namespace]);
  }
  /** Namespaces that enforce the restricted Pod Security Standard. */
  open(): void {
    for (const name of [this.namespace, this.front, this.other]) {
      run("kubectl", ["create", "namespace", name]);
      run("kubectl", ["label", "namespace", name, "pod-security.kubernetes.io/enforce=restricted"]);
    }
  }
  close(): void {
    for (const name of [this.namespace, this.front, this.other])
      run("kubectl", ["delete", "namespace", name, "--ignore-not-found", "--wait=false"]);
  }
  /** Creates or changes an object of this namespace. */
  apply(manifest: string, namespace = this.namespace): void {
    run("kubectl", ["--namespace", namespace, "apply", "--filename", "-"], manifest);
  }
  /** Starts a pod of the api's image with one of the smoke programs. */
  start(
    name: string,
    namespace: string,
    program: string,
    image: string,
    env: Readonly<Record<string, string>>,
  ): void {
    this.startCommand(name, namespace, image, ["node", `/smoke/dist/${program}.js`], env);
  }
  startCommand(
    name: string,
    namespace: string,
    image: string,
    command: readonly string[],
    env: Readonly<Record<string, string>> = {},
  ): void {
    const securityContext = { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } };
    const container = {
      name: "main",
      image,
      command,
      env: Object.entries(env).map(([key, value]) => ({ name: key, value })),
      securityContext,
    };
    const spec = {
      restartPolicy: "Never",
      automountServiceAccountToken: false,
      securityContext: {
        runAsNonRoot: true,
        runAsUser: 1000,
        seccompProfile: { type: "RuntimeDefault" },
      },
      containers: [container],
    };
    this.apply(
      JSON.stringify({ apiVersion: "v1", kind: "Pod", metadata: { name, namespace }, spec }),
      namespace,
    );
  }
  logs(name: string, namespace: string): string {
    const done = spawnSync("kubectl", ["--namespace", namespace, "logs", name], {
      encoding: "utf8",
    });
    return done.status === 0 ? done.stdout : "";
  }
  /** Waits until the pod has ended; answers whether it succeeded, and its log. */
  async ended(
    name: string,
    namespace: string,
    timeoutMs: number,
  ): Promise<{ succeeded: boolean; log: string }> {
    await until(`pod ${name} to end`, timeoutMs, () => this.hasEnded(name, namespace));
    const succeeded = this.#phase(name, namespace) === "Succeeded";
    return { succeeded, log: this.logs(name, namespace) };
  }
  hasEnded(name: string, namespace: string): boolean {
    return ["Succeeded", "Failed"].includes(this.#phase(name, namespace));
  }
  /** Names of a service's pods that are not stopping. */
  pods(component: string): string[] {
    return this.#pods(component).map(({ metadata }) => metadata.name);
  }
  /** Those of them that are ready. */
  readyPods(component: string): string[] {
    return this.#pods(component)
      .filter(({ status }) =>
        status.conditions?.some(({ type, status: is }) => type === "Ready" && is === "True"),
      )
      .map(({ metadata }) => metadata.name);
  }
  restarts(): number {
    return this.kubectl(
      "get",
      "pods",
      "--output",
      "jsonpath={.items[*].status.containerStatuses[*].restartCount}",
    )
      .split(" ")
      .reduce((sum, count) => sum + Number(count), 0);
  }

  #phase(name: string, namespace: string): string {
    const options = ["--namespace", namespace, "--output", "jsonpath={.status.phase}"];
    return run("kubectl", ["get", "pod", name, ...options]);
  }
  #pods(component: string): Pod[] {
    const { items } = JSON.parse(
      this.kubectl(
        "get",
        "pods",
        "--selector",
        `app.kubernetes.io/component=${component}`,
        "--output",
        "json",
      ),
    ) as { items: Pod[] };
    return items
      .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
      .toSorted((a, b) => a.metadata.name.localeCompare(b.metadata.name));
  }
}

export async function until(what: string, timeoutMs: number, holds: () => boolean): Promise<void> {
  for (const end = Date.now() + timeoutMs; !holds();) {
    if (Date.now() > end) throw new Error(`waited ${timeoutMs} ms in vain for ${what}`);
    await sleep(1_000);
  }
}
