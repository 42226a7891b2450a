export { clusterOptions, redisOptions, type ClientTuning, type RedisRole } from "./client-options.ts";
export { connectRedis, RedisConnection, type RedisConnectionOptions, type RedisState } from "./connection.ts";
export { probeIntervalMs, reconnectDelayMs } from "./schedule.ts";
export { parseRedisUrl, type RedisNode, type RedisTarget } from "./target.ts";
export { assertRedisVersion, minimumRedisVersion, RedisVersionError } from "./version.ts";
