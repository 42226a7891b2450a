/**
 * Fails on words of the word list and on lines above 100 columns, in every file that Git tracks.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { checkFile } from "./language/check-file.ts";
import { root, runStep } from "./run-step.ts";

/** Folders and files that are still to be rewritten. */
const toConvert: readonly string[] = [
  "deploy/one-box",
  "services/api",
  "services/socket-gateway",
  "packages/database",
  "packages/events",
  "packages/web",
];

const skipped =
  /^(?:pnpm-lock\.yaml|LICENSE|CHANGELOG\.md|docs\/moved\.md|scripts\/language\/|scripts\/boundaries\/must-fail)|\.(?:svg|json|png|ico|woff2?|txt|html|css|sql)$/;

const { output } = await runStep("git", ["ls-files"]);
const problems = output
  .split("\n")
  .filter((path) => path !== "" && !skipped.test(path))
  .flatMap((path) => checkFile(path, readFileSync(join(root, path), "utf8")));
const isListed = (problem: string): boolean => toConvert.some((path) => problem.startsWith(path));
const failures = problems.filter((problem) => !isListed(problem));
for (const failure of failures) console.error(failure);
process.exitCode = failures.length === 0 ? 0 : 1;
