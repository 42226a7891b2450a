export { duration, formatDuration, parseDuration } from "./durations.ts";
export { envExample, variableRows, type VariableRow } from "./env-example.ts";
export { flag, integer, list, origin, pems, url } from "./fields.ts";
export { loadConfig, type Config, type Environment, type Rule, type Shape } from "./load-config.ts";
export { loadServiceConfig, type ServiceConfig } from "./load-service-config.ts";
export { ConfigError } from "./problems.ts";
export { redisUrlFrom } from "./redis-url.ts";
export {
  common,
  database,
  gateway,
  http,
  internal,
  internalToken,
  keys,
  limits,
  migration,
  platform,
  publicKeys,
  queueRedis,
  redis,
  relayDatabase,
  variables,
  web,
  worker,
} from "./variables.ts";
export { originPatterns } from "./origin-patterns.ts";
