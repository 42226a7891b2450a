import { randomUUID } from "node:crypto";
import {
  common,
  gateway,
  http,
  internal,
  loadServiceConfig,
  publicKeys,
  redis,
  type Environment,
  type ServiceConfig,
} from "@waiter/config";
import { defaultSettings, type GatewaySettings } from "./settings.ts";

/** Every variable the gateway reads. */
export const shape = { ...common, ...http, ...redis, ...publicKeys, ...internal, ...gateway };
export type GatewayConfig = ServiceConfig<typeof shape>;

/** @throws {ConfigError} naming every variable that is missing or wrong. */
export const loadGatewayConfig = (env: Environment): GatewayConfig => loadServiceConfig(shape, env);

/** Settings from the environment; the others keep their defaults. */
export function toSettings(config: GatewayConfig): GatewaySettings {
  return {
    ...defaultSettings,
    gatewayId: randomUUID(),
    domainUrl: config.DOMAIN_URL,
    corsOrigins: config.CORS_ORIGIN,
    trustedProxies: config.TRUSTED_PROXIES,
    maxConnections: config.MAX_CONNECTIONS,
    drainWindowMs: config.DRAIN_WINDOW,
    transports: config.SOCKET_POLLING ? ["websocket", "polling"] : ["websocket"],
    maxMessageBytes: config.SOCKET_MESSAGE_BYTES,
    compression: config.COMPRESSION,
    compressionThresholdBytes: config.COMPRESSION_THRESHOLD,
    writeBufferBytes: config.SLOW_CONSUMER_BYTES,
    messageBurst: config.SOCKET_COMMANDS_PER_SECOND * 10,
    messagesPerSecond: config.SOCKET_COMMANDS_PER_SECOND,
    handshakeBurst: config.CONNECTIONS_PER_ADDRESS_PER_MINUTE,
    handshakesPerSecond: config.CONNECTIONS_PER_ADDRESS_PER_MINUTE / 60,
  };
}
