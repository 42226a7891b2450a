export { type RedisRole } from "./client-options.ts";
export { connectRedis, RedisConnection } from "./connection.ts";
export type { RedisConnectionOptions } from "./connection-options.ts";
export { RedisVersionError } from "./version.ts";
export { RedisScript, type RedisClient } from "./redis-script.ts";
