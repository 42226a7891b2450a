/** The one gate: runs every check, says how each went, and shows what failed at the end. */
import { runStep } from "./run-step.ts";

const node = [process.execPath, "--conditions=source"] as const;
const steps: readonly (readonly [name: string, ...command: string[]])[] = [
  ["types", "tsc", "-b"],
  ["lint", "oxlint", "--type-aware"],
  ["format", "oxfmt", "--check", "."],
  ["unused code and dependencies", "knip"],
  ["production dead code", "knip", "--production"],
  ["generated files", ...node, "scripts/generate.ts", "--check"],
  ["boundaries", ...node, "scripts/boundaries.ts"],
  ["circles of imports", ...node, "scripts/folder-circles.ts"],
  ["language and line length", ...node, "scripts/language.ts"],
  ["commit subjects", ...node, "scripts/commit-subjects.ts"],
];

const failures: string[] = [];
for (const [index, [name, command, ...args]] of steps.entries()) {
  process.stdout.write(`[${index + 1}/${steps.length}] ${name} ... `);
  const { ok, seconds, output } = await runStep(command ?? "", args);
  console.log(`${ok ? "ok" : "FAILED"} (${seconds.toFixed(1)} s)`);
  if (!ok) failures.push(`\n--- ${name}: ${[command, ...args].join(" ")}\n${output.trimEnd()}`);
}
for (const failure of failures) console.error(failure);
console.log(
  failures.length === 0
    ? "\nall checks passed"
    : `\n${failures.length} of ${steps.length} checks failed`,
);
process.exitCode = failures.length === 0 ? 0 : 1;
