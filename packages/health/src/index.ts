export { postgresCheck, redisCheck } from "./dependency-checks.ts";
export { mountOps } from "./mount-ops.ts";
