export { checkRedisLogin, RedisLoginRefusedError } from "./check-login.ts";
/** @testonly */
export { type RedisRole } from "./client-options.ts";
export { connectRedis, RedisConnection } from "./connection.ts";
export type { RedisConnectionOptions } from "./connection-options.ts";
export { redisConnector } from "./redis-connector.ts";
export { refusalOf } from "./refusals.ts";
export { RedisScript, type RedisClient } from "./redis-script.ts";
export { shardTags } from "./shard-tags.ts";
export { RedisVersionError } from "./version.ts";
