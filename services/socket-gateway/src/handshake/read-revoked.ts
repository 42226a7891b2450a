import { guestTokenLifetimeS } from "@waiter/auth";
import { keys } from "@waiter/contracts";
import type { RedisConnection } from "@waiter/redis";
import type { ReadRevoked } from "./revoked-sessions.ts";

/** No access token of a revoked session lives longer than this from when we hear of it. */
export const revokedForMs = (guestTokenLifetimeS + 300) * 1_000;

/** A tenant's revoked sessions as mirrored in Redis, for the life of their tokens. */
export const readRevoked =
  (redis: RedisConnection): ReadRevoked =>
  (tenantId) =>
    redis.client.zrangebyscore(keys.revoked(tenantId), Math.floor(Date.now() / 1_000), "+inf");
