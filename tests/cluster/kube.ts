import { spawnSync } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";

/** Runs a program against the current kube context; throws with what it said. */
function run(program: string, args: readonly string[], input?: string): string {
  const done = spawnSync(program, args, { encoding: "utf8", maxBuffer: 50_000_000, ...(input === undefined ? {} : { input }) });
  if (done.status !== 0) throw new Error(`${program} ${args.join(" ")}: ${done.error?.message ?? done.stderr.trim()}`);
  return done.stdout;
}

/** One throw-away namespace and what the tests do in it. */
export class Cluster {
  readonly namespace: string;
  /** Another namespace, whose pods the policies let in. */
  readonly front: string;

  constructor(name: string) {
    this.namespace = name;
    this.front = `${name}-front`;
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
    for (const name of [this.namespace, this.front, `${this.namespace}-other`]) {
      run("kubectl", ["create", "namespace", name]);
      run("kubectl", ["label", "namespace", name, "pod-security.kubernetes.io/enforce=restricted"]);
    }
  }
  close(): void {
    for (const name of [this.namespace, this.front, `${this.namespace}-other`])
      run("kubectl", ["delete", "namespace", name, "--ignore-not-found", "--wait=false"]);
  }
  /** Starts a pod of the api's image with one of the smoke programs. */
  start(name: string, namespace: string, program: string, image: string, env: Readonly<Record<string, string>>): void {
    const securityContext = { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } };
    const container = {
      name: "main",
      image,
      command: ["node", `/smoke/dist/${program}.js`],
      env: Object.entries(env).map(([key, value]) => ({ name: key, value })),
      securityContext,
    };
    const spec = {
      restartPolicy: "Never",
      automountServiceAccountToken: false,
      securityContext: { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: "RuntimeDefault" } },
      containers: [container],
    };
    run("kubectl", ["apply", "--filename", "-"], JSON.stringify({ apiVersion: "v1", kind: "Pod", metadata: { name, namespace }, spec }));
  }
  logs(name: string, namespace: string): string {
    const done = spawnSync("kubectl", ["--namespace", namespace, "logs", name], { encoding: "utf8" });
    return done.status === 0 ? done.stdout : "";
  }
  /** Waits until the pod has ended; answers whether it succeeded, and its log. */
  async ended(name: string, namespace: string, timeoutMs: number): Promise<{ succeeded: boolean; log: string }> {
    const phase = (): string => run("kubectl", ["--namespace", namespace, "get", "pod", name, "--output", "jsonpath={.status.phase}"]);
    await until(`pod ${name} to end`, timeoutMs, () => ["Succeeded", "Failed"].includes(phase()));
    return { succeeded: phase() === "Succeeded", log: this.logs(name, namespace) };
  }
  /** Names of a service's pods that are not stopping. */
  pods(component: string): string[] {
    const { items } = JSON.parse(this.kubectl("get", "pods", "--selector", `app.kubernetes.io/component=${component}`, "--output", "json")) as {
      items: { metadata: { name: string; deletionTimestamp?: string } }[];
    };
    return items
      .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
      .map(({ metadata }) => metadata.name)
      .toSorted();
  }
  restarts(): number {
    return this.kubectl("get", "pods", "--output", "jsonpath={.items[*].status.containerStatuses[*].restartCount}")
      .split(" ")
      .reduce((sum, count) => sum + Number(count), 0);
  }
}

export async function until(what: string, timeoutMs: number, holds: () => boolean): Promise<void> {
  for (const end = Date.now() + timeoutMs; !holds();) {
    if (Date.now() > end) throw new Error(`waited ${timeoutMs} ms in vain for ${what}`);
    await sleep(1_000);
  }
}
