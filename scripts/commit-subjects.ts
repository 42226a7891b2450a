/** Fails when a commit since 0.1.0 has a subject above 72 characters or no conventional type. */
import { runStep } from "./run-step.ts";

/** Release 0.1.0. */
const since = "c681869";
const longest = 72;
const conventional =
  /^(?:build|chore|ci|docs|feat|fix|perf|refactor|revert|style|test)(?:\([\w,-]+\))?!?: \S/;

const { ok, output } = await runStep("git", [
  "log",
  "--no-merges",
  "--format=%h %s",
  `${since}..HEAD`,
]);
if (!ok)
  console.error(`the commits since ${since} cannot be listed (a shallow clone?):\n${output}`);
const wrong = output
  .split("\n")
  .filter((line) => line !== "")
  .filter((line) => {
    const subject = line.slice(line.indexOf(" ") + 1);
    return subject.length > longest || !conventional.test(subject);
  });
for (const line of ok ? wrong : []) console.error(`subject: ${line}`);
process.exitCode = ok && wrong.length === 0 ? 0 : 1;
