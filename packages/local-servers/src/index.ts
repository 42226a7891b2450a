/** Postgres and Redis as processes of this machine: for tests, benches and the launcher. */
export { ensureRedisServer } from "./ensure-redis-server.ts";
export { freePort } from "./free-port.ts";
export { LocalPostgres } from "./local-postgres.ts";
export { callRedis, findRedisServer, LocalRedis } from "./local-redis.ts";
export { isReachable } from "./postgres-binaries.ts";
export { endLeftover } from "./server-process.ts";
export { waitFor } from "./wait-for.ts";
/** @testonly */
export { ServerProcess } from "./server-process.ts";
