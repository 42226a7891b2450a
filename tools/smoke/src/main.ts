import { loadTarget } from "./target.ts";
import { runSmokeTest } from "./run-smoke-test.ts";

try {
  await runSmokeTest(loadTarget(process.env), (line) => console.log(line));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
