/** The oldest Redis with sharded pub/sub. */
export const minimumRedisVersion = "7.0.0";

/** Redis is too old to be used. */
export class RedisVersionError extends Error {
  readonly found: string;

  constructor(found: string) {
    super(
      `Redis ${found} is too old: Waiter needs Redis 7.0 or newer (sharded pub/sub). Upgrade Redis, or point REDIS_URL to a newer one.`,
    );
    this.name = "RedisVersionError";
    this.found = found;
  }
}

/**
 * Reads `INFO server` and throws `RedisVersionError` below 7.0. Valkey reports the Redis version it
 * is compatible with.
 */
export function assertRedisVersion(info: string): string {
  const version = /^redis_version:(\S+)/m.exec(info)?.[1];
  if (version === undefined)
    throw new Error("Redis does not say its version (INFO server has no redis_version)");
  if (!(Number.parseInt(version, 10) >= Number.parseInt(minimumRedisVersion, 10)))
    throw new RedisVersionError(version);
  return version;
}
