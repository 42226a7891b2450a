import {
  common,
  database,
  loadServiceConfig,
  outbound,
  outboundNetworks,
  push,
  pushSender,
  queueRedis,
  redis,
  relayDatabase,
  worker,
  type Environment,
  type ServiceConfig,
} from "@waiter/config";

const {
  CORS_ORIGIN: _browsers,
  TRUSTED_PROXIES: _proxies,
  DOMAIN_URL: hosts,
  LICENSE_KEY: _license,
  ...ground
} = common;

/**
 * The worker's variables. It has no public routes, so none for origins and proxies. Where the hosts
 * are unset, messages of the second channel carry no link.
 */
export const shape = {
  ...ground,
  DOMAIN_URL: hosts.unwrap().optional(),
  ...database,
  ...relayDatabase,
  ...redis,
  ...queueRedis,
  ...worker,
  ...push,
  ...pushSender,
  ...outboundNetworks,
  ...outbound,
};

export type WorkerConfig = ServiceConfig<typeof shape>;

/** @throws {ConfigError} naming every variable that is missing or wrong. */
export const loadWorkerConfig = (env: Environment): WorkerConfig => loadServiceConfig(shape, env);
