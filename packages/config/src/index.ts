export { bodies, caches, limits, restaurants } from "./api-variables.ts";
export { envExample } from "./env-example.ts";
export { type Environment } from "./load-config.ts";
export { loadServiceConfig, type ServiceConfig } from "./load-service-config.ts";
export { ConfigError } from "./problems.ts";
export { gateway } from "./gateway-variables.ts";
export {
  common,
  database,
  http,
  internal,
  internalToken,
  keys,
  migration,
  platform,
  publicKeys,
  queueRedis,
  redis,
  relayDatabase,
  web,
  worker,
} from "./variables.ts";
export { outbound, outboundNetworks, push, pushHosts, pushSender } from "./outbound-variables.ts";
export { originPatterns } from "./origin-patterns.ts";
/** @testonly */
export { variables } from "./variables.ts";
export { redisCertificates } from "./redis-url.ts";
