export { loadTarget, type Target } from "./target.ts";
export { runSmokeTest, type Report } from "./run-smoke-test.ts";
