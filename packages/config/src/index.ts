export { envExample } from "./env-example.ts";
export { type Environment } from "./load-config.ts";
export { loadServiceConfig, type ServiceConfig } from "./load-service-config.ts";
export { ConfigError } from "./problems.ts";
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
  web,
} from "./variables.ts";
export { originPatterns } from "./origin-patterns.ts";
/** @testonly */
export { variables } from "./variables.ts";
export { worker } from "./worker-variables.ts";
