import { ConfigError, redisCertificates, type Environment } from "@waiter/config";
import type { Logger } from "@waiter/logger";
import { checkRedisLogin, RedisLoginRefusedError } from "@waiter/redis";
import { loadRedisConfig } from "../config.ts";

/**
 * Logs in with REDIS_URL and QUEUE_REDIS_URL where the environment names a Redis. The services
 * start without Redis, so a refused login would stop no roll-out: it is a `ConfigError` here. A
 * Redis that does not answer is an outage, which stops no upgrade: a warning.
 */
export async function checkRedisLogins(env: Environment, logger: Logger): Promise<void> {
  if ([env["REDIS_URL"], env["REDIS_HOST"]].every((text) => (text ?? "").trim() === "")) return;
  const config = loadRedisConfig(env);
  for (const variable of ["REDIS_URL", "QUEUE_REDIS_URL"] as const) {
    const url = config[variable];
    if (variable === "QUEUE_REDIS_URL" && url === config.REDIS_URL) continue;
    try {
      await checkRedisLogin({ url, variable, certificates: redisCertificates(config) });
    } catch (error) {
      if (error instanceof RedisLoginRefusedError) throw new ConfigError([error.message]);
      logger.warn("redis does not answer, so its login is not checked", { err: error });
    }
  }
}
