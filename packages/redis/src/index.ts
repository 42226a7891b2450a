export {
  clusterOptions,
  redisOptions,
  type ClientTuning,
  type RedisRole,
} from "./client-options.ts";
export { connectRedis, RedisConnection, type RedisState } from "./connection.ts";
export type { RedisConnectionOptions } from "./connection-options.ts";
export { probeIntervalMs, reconnectDelayMs } from "./schedule.ts";
export { parseRedisUrl, type RedisNode, type RedisTarget } from "./target.ts";
export { assertRedisVersion, minimumRedisVersion, RedisVersionError } from "./version.ts";
export { RedisScript, type RedisClient } from "./redis-script.ts";
