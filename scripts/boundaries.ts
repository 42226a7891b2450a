/**
 * Proves that the linter's boundary rules bite: every file under `boundaries/must-fail` breaks one,
 * and must be reported.
 */
import { globSync } from "node:fs";
import { join, relative } from "node:path";
import { root, runStep } from "./run-step.ts";

const folder = join(root, "scripts/boundaries");
const forbidden = globSync("must-fail/**/*.ts", { cwd: folder }).map((file) =>
  relative(root, join(folder, file)),
);
const { output } = await runStep("oxlint", [
  "--type-aware",
  "--config",
  join(folder, "oxlint.json"),
  "--format",
  "unix",
  join(folder, "must-fail"),
]);

const passed = forbidden.filter((file) => !output.includes(`${file}:`));
for (const file of passed) console.error(`not refused: ${file}`);
if (forbidden.length === 0) console.error("no must-fail file was found");
process.exitCode = passed.length === 0 && forbidden.length > 0 ? 0 : 1;
