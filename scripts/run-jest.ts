import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { root } from "./run-step.ts";

/** A file with failures: its counts, and the names of the tests that failed. */
export interface FailedFile {
  readonly file: string;
  readonly passed: number;
  readonly failed: number;
  readonly tests: readonly string[];
}

/** What a run of Jest found. */
export interface TestRun {
  readonly passed: number;
  readonly failed: number;
  readonly files: readonly FailedFile[];
}

const count = /^(\d+) passed, (\d+) failed$/;
const failedFiles = "failed files: ";
/**
 * What Jest says when an open handle keeps the process of a run alive, or when a busy machine took
 * a second to end it: the process has `exitGraceMs` to end by itself. Its other complaint, "A
 * worker process has failed to exit gracefully", only says that a worker took more than 500 ms to
 * end, which any worker does on a busy machine: it is shown, not counted. To look for a leak among
 * the packages: `pnpm test --runInBand <pattern>`.
 */
const leak = "Jest did not exit one second after the test run has completed";
const exitGraceMs = 30_000;

/**
 * Runs Jest once and passes its output on, but for the lines of count-reporter.mjs. A run that
 * leaves something open for good, or ends without a count, has one failure more, which names no
 * file.
 */
export async function runJest(args: readonly string[]): Promise<TestRun> {
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
  let result: { passed: number; failed: number } | undefined;
  let files: readonly FailedFile[] = [];
  let leaked = false;
  const ended = new Promise<number>((resolve) => child.once("close", (code) => resolve(code ?? 1)));
  const follow = async (
    stream: NodeJS.ReadableStream,
    out: NodeJS.WritableStream,
  ): Promise<void> => {
    for await (const line of createInterface({ input: stream })) {
      if (line.startsWith(failedFiles)) {
        files = JSON.parse(line.slice(failedFiles.length)) as readonly FailedFile[];
        continue;
      }
      const [, good, bad] = count.exec(line) ?? [];
      if (good !== undefined && bad !== undefined) {
        result = { passed: Number(good), failed: Number(bad) };
        continue;
      }
      out.write(`${line}\n`);
      if (!line.includes(leak)) continue;
      const grace = setTimeout(() => {
        leaked = true;
        child.kill();
      }, exitGraceMs);
      child.once("exit", () => clearTimeout(grace));
    }
  };
  await Promise.all([follow(child.stdout, process.stdout), follow(child.stderr, process.stderr)]);
  const code = await ended;
  if (leaked) console.error("a test left a handle open: counted as one failure");
  const { passed, failed } = result ?? { passed: 0, failed: 1 };
  return { passed, failed: Math.max(failed + (leaked ? 1 : 0), code === 0 ? 0 : 1), files };
}

/**
 * The result of a run whose failed files ran again: the second run's counts of these files replace
 * the first's. `unstable` names the tests that failed first and passed then.
 */
export function replaceFailed(
  first: TestRun,
  again: TestRun,
): { readonly run: TestRun; readonly unstable: readonly string[] } {
  const fails = (file: string, name: string): boolean => {
    const now = again.files.find((each) => each.file === file);
    return now !== undefined && (now.tests.length === 0 || now.tests.includes(name));
  };
  const sum = (pick: (file: FailedFile) => number): number =>
    first.files.reduce((total, file) => total + pick(file), 0);
  return {
    run: {
      passed: first.passed - sum(({ passed }) => passed) + again.passed,
      failed: first.failed - sum(({ failed }) => failed) + again.failed,
      files: again.files,
    },
    unstable: first.files.flatMap(({ file, tests }) =>
      again.passed === 0 ? [] : tests.filter((name) => !fails(file, name)),
    ),
  };
}
