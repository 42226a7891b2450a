/**
 * Fails on words of the word list and on lines above 100 columns, in every file that Git tracks.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { checkFile } from "./language/check-file.ts";
import { root, runStep } from "./run-step.ts";

const skipped =
  /^(?:pnpm-lock\.yaml|LICENSE|CHANGELOG\.md|docs\/moved\.md|scripts\/language\/|scripts\/boundaries\/must-fail)|\.(?:svg|json|png|ico|woff2?|txt|html|css|sql)$/;

const { output } = await runStep("git", ["ls-files"]);
const problems = output
  .split("\n")
  .filter((path) => path !== "" && !skipped.test(path))
  .flatMap((path) => checkFile(path, readFileSync(join(root, path), "utf8")));
for (const problem of problems) console.error(problem);
process.exitCode = problems.length === 0 ? 0 : 1;
