/**
 * Real servers for tests: Testcontainers where Docker answers and has the images, programs of this
 * machine elsewhere.
 */
export { freePort, waitFor } from "@waiter/local-servers";
export { chooseBackend, type Backend } from "./backend.ts";
export type { LocalFile } from "./local-file.ts";
export { losingAnswers, type Middleman } from "./lost-answers.ts";
export {
  startPostgres,
  startPostgresPair,
  type DatabaseUrls,
  type TestPostgres,
  type TestPostgresPair,
} from "./postgres.ts";
export { startPushService, type PushService, type ReceivedPush } from "./push-service.ts";
export { sharedRedisUrl, startRedis, startRedisProcess, type TestRedis } from "./redis.ts";
export { startRedisCluster, type TestRedisCluster } from "./redis-cluster.ts";
export { startSentinel, type TestSentinel } from "./redis-sentinel.ts";
export { startRun } from "./run.ts";
export { spawnService, type RunningService } from "./spawn-service.ts";
export { startSystem, type System, type SystemOptions } from "./start-system.ts";
export { testDatabase, type TestDatabase } from "./test-database.ts";
