import * as config from "@waiter/config";

/** The api's variables; `.env.example` is generated from these. */
export const shape = {
  ...config.common,
  ...config.http,
  ...config.database,
  ...config.redis,
  ...config.queueRedis,
  ...config.keys,
  ...config.internalToken,
  ...config.platform,
  ...config.limits,
  ...config.restaurants,
  ...config.bodies,
  ...config.caches,
  ...config.web,
  ...config.push,
  ...config.pushHosts,
  ...config.outboundNetworks,
};
export type ApiConfig = config.ServiceConfig<typeof shape>;

/** @throws {config.ConfigError} with every problem at once. */
export const loadApiConfig = (env: config.Environment): ApiConfig =>
  config.loadServiceConfig(shape, env);

/** Variables of `migrate`, which needs only the owner's role. */
const migrationShape = {
  NODE_ENV: config.common.NODE_ENV,
  LOG_LEVEL: config.common.LOG_LEVEL,
  DATABASE_URL: config.database.DATABASE_URL,
  ...config.migration,
  ...config.relayDatabase,
};
export const loadMigrationConfig = (
  env: config.Environment,
): config.ServiceConfig<typeof migrationShape> => config.loadServiceConfig(migrationShape, env);

/** Variables of the Redis logins that `migrate` tries where the environment names a Redis. */
const redisShape = { NODE_ENV: config.common.NODE_ENV, ...config.redis, ...config.queueRedis };
export const loadRedisConfig = (env: config.Environment): config.ServiceConfig<typeof redisShape> =>
  config.loadServiceConfig(redisShape, env);

/** Variables of the commands that read the log of all tenants. */
const logShape = {
  NODE_ENV: config.common.NODE_ENV,
  ...config.database,
  ...config.relayDatabase,
};
export const loadLogConfig = (env: config.Environment): config.ServiceConfig<typeof logShape> =>
  config.loadServiceConfig(logShape, env);

/** Variables of the tenant commands. */
const tenantShape = {
  NODE_ENV: config.common.NODE_ENV,
  DOMAIN_URL: config.common.DOMAIN_URL,
  ALLOW_HTTP: config.common.ALLOW_HTTP,
  SLUG_RESERVATION: config.platform.SLUG_RESERVATION,
  TABLES_PER_RESTAURANT: config.restaurants.TABLES_PER_RESTAURANT,
  ...config.database,
};
export const loadTenantConfig = (
  env: config.Environment,
): config.ServiceConfig<typeof tenantShape> => config.loadServiceConfig(tenantShape, env);
