/** Real servers for tests: Testcontainers where Docker answers and has the images, programs of this machine elsewhere. */
export { chooseBackend, type Backend } from "./backend.ts";
export { ensureRedisServer } from "./ensure-redis-server.ts";
export { freePort } from "./free-port.ts";
export { LocalPostgres, type LocalPostgresOptions } from "./local-postgres.ts";
export type { LocalFile } from "./local-file.ts";
export { findRedisServer, LocalRedis, type LocalRedisOptions } from "./local-redis.ts";
export { losingAnswers, type Middleman } from "./lost-answers.ts";
export { isReachable } from "./postgres-binaries.ts";
export { startPostgres, type DatabaseUrls, type TestPostgres } from "./postgres.ts";
export { sharedRedisUrl, startRedis, type TestRedis } from "./redis.ts";
export { startRedisCluster, type TestRedisCluster } from "./redis-cluster.ts";
export { startSentinel, type TestSentinel } from "./redis-sentinel.ts";
export { startRun } from "./run.ts";
export { endLeftover, ServerProcess, type ServerProcessOptions } from "./server-process.ts";
export { spawnService, type RunningService } from "./spawn-service.ts";
export { startSystem, type System, type SystemOptions } from "./start-system.ts";
export { testDatabase, type TestDatabase } from "./test-database.ts";
export { waitFor } from "./wait-for.ts";
