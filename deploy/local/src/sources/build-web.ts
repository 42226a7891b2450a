import { spawn } from "node:child_process";
import { globSync, mkdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const sources = [
  "packages/web/{src,public}/**",
  "packages/web/*.{html,ts,json}",
  "packages/{client,contracts}/src/**",
  "pnpm-lock.yaml",
];

/** Whether the web app's files are older than what they are made of. */
export function isWebStale(root: string): boolean {
  const built = modified(stamp(root));
  return globSync(sources, { cwd: root }).some((file) => modified(join(root, file)) > built);
}

/** Builds the web app. Throws with what the build said. */
export async function buildWeb(root: string): Promise<void> {
  const started = new Date();
  const child = spawn("pnpm", ["--filter", "@waiter/web", "build"], {
    cwd: root,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => (output += text));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  if (code !== 0) throw new Error(`the web app could not be built:\n${output}`);
  mkdirSync(join(root, "packages/web/dist"), { recursive: true });
  writeFileSync(stamp(root), started.toISOString());
}

const stamp = (root: string): string => join(root, "packages/web/dist/.built");

function modified(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
