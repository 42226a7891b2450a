/**
 * `pnpm test [pattern...]`: fetches what the tests need, builds the web app, runs everything, and
 * ends with the line `N passed, N failed`. A test that leaves something running counts as a
 * failure. Up to RERUN_FILES files with failures (3) run once more, alone: what passes then failed
 * by the load of its neighbours or by a race. The output names each such test as unstable.
 */
import { relative } from "node:path";
import { ensureRedisServer } from "@waiter/local-servers";
import { replaceFailed, runJest, type TestRun } from "./run-jest.ts";
import { root, runStep } from "./run-step.ts";

const rerunFiles = Number(process.env["RERUN_FILES"] ?? 3);
const patterns = process.argv.slice(2).filter((argument) => argument !== "--");

console.log("redis-server:", await ensureRedisServer(console.log));
process.stdout.write("building the web app ... ");
const built = await runStep("pnpm", ["--filter", "@waiter/web", "build"]);
console.log(built.ok ? `ok (${built.seconds.toFixed(1)} s)` : `FAILED\n${built.output}`);

const runs: TestRun[] = [];
if (patterns.length > 0) {
  runs.push(await runJest(patterns));
} else {
  console.log("\n== packages, services, scripts");
  runs.push(
    await runJest(["--testPathPatterns", `^${root}/(packages|services|tools|deploy|scripts)/`]),
  );
  console.log("\n== the whole system");
  runs.push(await runJest(["--runInBand", "--testPathPatterns", `^${root}/tests/`]));
}
const total = await runFailedAgain({
  passed: runs.reduce((sum, { passed }) => sum + passed, 0),
  failed: runs.reduce((sum, { failed }) => sum + failed, built.ok ? 0 : 1),
  files: runs.flatMap(({ files }) => files),
});
console.log(`\n${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1;

async function runFailedAgain(first: TestRun): Promise<TestRun> {
  const files = first.files.map(({ file }) => file);
  if (files.length === 0 || files.length > rerunFiles) return first;
  console.log(`\n== once more, alone: ${files.map((file) => relative(root, file)).join(", ")}`);
  const again = await runJest(["--runInBand", "--runTestsByPath", ...files]);
  const { run, unstable } = replaceFailed(first, again);
  for (const name of unstable) console.log(`unstable, failed first and passed alone: ${name}`);
  return run;
}
