/**
 * Lints the chart over ci/*.yaml and checks every rendering against schemas of the API by
 * kubeconform, which may be missing anywhere but in CI. `HELM3`, the path of a second helm, does
 * the same once more.
 */
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");
const chart = join(root, "helm/waiter");
/**
 * A folder of schemas, `{{ .ResourceKind }}{{ .KindSuffix }}.json`; without one, kubeconform's own
 * source.
 */
const schemas = process.argv[2];
const location =
  schemas !== undefined && existsSync(schemas)
    ? join(schemas, "{{ .ResourceKind }}{{ .KindSuffix }}.json")
    : "default";

function run(program: string, args: readonly string[], input?: string): string {
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    encoding: "utf8",
    maxBuffer: 50_000_000,
    ...(input === undefined ? {} : { input }),
  });
  if (status !== 0)
    throw new Error(`${program} ${args.join(" ")}\n${error?.message ?? stdout + stderr}`);
  return stdout;
}

const kubeconform =
  process.env["CI"] === "true" ||
  spawnSync("kubeconform", ["-v"], { stdio: "ignore" }).status === 0;
for (const helm of ["helm", process.env["HELM3"] ?? ""].filter((path) => path !== "")) {
  console.log(run(helm, ["version", "--short"]).trim());
  for (const file of readdirSync(join(chart, "ci"))) {
    const values = join(chart, "ci", file);
    run(helm, ["lint", "--strict", chart, "--values", values]);
    const rendered = run(helm, [
      "template",
      "waiter",
      chart,
      "--values",
      values,
      "--kube-version",
      "1.34.0",
    ]);
    const summary = kubeconform
      ? run(
          "kubeconform",
          ["-strict", "-summary", "-schema-location", location, "-"],
          rendered,
        ).trim()
      : "rendered; no kubeconform here";
    console.log(`${file}: ${summary}`);
  }
}
