/**
 * `pnpm test [pattern...]`: fetches what the tests need, builds the web app, runs everything, and
 * ends with the line `N passed, N failed`. A test that leaves something running counts as a
 * failure.
 */
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { ensureRedisServer } from "@waiter/local-servers";
import { root, runStep } from "./run-step.ts";

const count = /^(\d+) passed, (\d+) failed$/;
/**
 * What Jest says when an open handle keeps the process of a run alive. Its other complaint, "A
 * worker process has failed to exit gracefully", only says that a worker took more than 500 ms to
 * end, which any worker does on a busy machine: it is shown, not counted. To look for a leak among
 * the packages: `pnpm test --runInBand <pattern>`.
 */
const leak = "Jest did not exit one second after the test run has completed";

interface Count {
  readonly passed: number;
  readonly failed: number;
}

const patterns = process.argv.slice(2).filter((argument) => argument !== "--");

console.log("redis-server:", await ensureRedisServer(console.log));
process.stdout.write("building the web app ... ");
const built = await runStep("pnpm", ["--filter", "@waiter/web", "build"]);
console.log(built.ok ? `ok (${built.seconds.toFixed(1)} s)` : `FAILED\n${built.output}`);

const counts: Count[] = [];
if (patterns.length > 0) {
  counts.push(await runJest(patterns));
} else {
  console.log("\n== packages, services, scripts");
  counts.push(
    await runJest(["--testPathPatterns", `^${root}/(packages|services|tools|deploy|scripts)/`]),
  );
  console.log("\n== the whole system");
  counts.push(await runJest(["--runInBand", "--testPathPatterns", `^${root}/tests/`]));
}
const passed = counts.reduce((sum, each) => sum + each.passed, 0);
const failed = counts.reduce((sum, each) => sum + each.failed, built.ok ? 0 : 1);
console.log(`\n${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;

/** One run of Jest, its output passed on but for the count. */
async function runJest(args: readonly string[]): Promise<Count> {
  const flags = [
    "--experimental-vm-modules",
    "--conditions=source",
    "--disable-warning=ExperimentalWarning",
  ];
  const env = { ...process.env, ...(process.stdout.isTTY ? { FORCE_COLOR: "1" } : {}) };
  const child = spawn(process.execPath, [...flags, "node_modules/jest/bin/jest.js", ...args], {
    cwd: root,
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let result: Count | undefined;
  let leaked = false;
  const ended = new Promise<number>((resolve) => child.once("close", (code) => resolve(code ?? 1)));
  const follow = async (
    stream: NodeJS.ReadableStream,
    out: NodeJS.WritableStream,
  ): Promise<void> => {
    for await (const line of createInterface({ input: stream })) {
      const [, good, bad] = count.exec(line) ?? [];
      if (good !== undefined && bad !== undefined) {
        result = { passed: Number(good), failed: Number(bad) };
        continue;
      }
      out.write(`${line}\n`);
      if (!line.includes(leak)) continue;
      leaked = true;
      child.kill(); // it may never end by itself
    }
  };
  await Promise.all([follow(child.stdout, process.stdout), follow(child.stderr, process.stderr)]);
  const code = await ended;
  if (leaked) console.error("a test left a handle open: counted as one failure");
  const { passed: good, failed: bad } = result ?? { passed: 0, failed: 1 };
  return { passed: good, failed: Math.max(bad + (leaked ? 1 : 0), code === 0 ? 0 : 1) };
}
