/**
 * Fails when a commit since the rule began has a subject above 72 characters or no conventional
 * type.
 */
import { runStep } from "./run-step.ts";

/** The last commit before the rule. */
const since = "b2b256b";
/** Commits that were on main before the check existed. */
const excepted = ["b735a23", "36e74ad", "194faa8", "cd31dd3", "b5ddfdb", "7e147a0", "fba5b1b"];
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
  .filter((line) => line !== "" && !excepted.some((commit) => line.startsWith(commit)))
  .filter((line) => {
    const subject = line.slice(line.indexOf(" ") + 1);
    return subject.length > longest || !conventional.test(subject);
  });
for (const line of ok ? wrong : []) console.error(`subject: ${line}`);
process.exitCode = ok && wrong.length === 0 ? 0 : 1;
