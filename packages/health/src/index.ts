export { postgresCheck, redisCheck, type PingedRedis } from "./dependency-checks.ts";
export { EventLoopMonitor, type EventLoopReport } from "./event-loop.ts";
export { mountOps, type OpsPlace } from "./mount-ops.ts";
export { createOpsRouter, type OpsOptions, type OpsRouter } from "./ops-router.ts";
export {
  overallStatus,
  runChecks,
  type Check,
  type CheckResult,
  type CheckResults,
} from "./run-checks.ts";
export { systemReport, type SystemReport } from "./system-report.ts";
