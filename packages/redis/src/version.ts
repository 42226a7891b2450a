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
 * Reads the answer of HELLO and throws `RedisVersionError` below 7.0. Valkey 8 and later report
 * their own version, which is higher.
 */
export function assertRedisVersion(hello: unknown): string {
  const version = helloField(hello, "version");
  if (version === undefined) throw new Error("the answer of HELLO has no version");
  if (!(Number.parseInt(version, 10) >= Number.parseInt(minimumRedisVersion, 10)))
    throw new RedisVersionError(version);
  return version;
}

/** HELLO answers a flat list of names and values in RESP2, a map in RESP3. */
export function helloField(hello: unknown, name: string): string | undefined {
  const pairs: readonly unknown[] = Array.isArray(hello)
    ? hello
    : Object.entries(hello ?? {}).flat();
  const value = pairs.includes(name) ? pairs[pairs.indexOf(name) + 1] : undefined;
  return typeof value === "string" ? value : undefined;
}
