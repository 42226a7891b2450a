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
import type { BucketRate } from "./engine/token-bucket.ts";
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
    ...pingTimes(config.SOCKET_PING_INTERVAL),
    transports: config.SOCKET_POLLING ? ["websocket", "polling"] : ["websocket"],
    budget: {
      handshakeMessages: config.SOCKET_HANDSHAKE_MESSAGES,
      handshakeMessageBytes: config.SOCKET_HANDSHAKE_MESSAGE_BYTES,
      maxMessageBytes: config.SOCKET_MESSAGE_BYTES,
      messageRate: ratePer(1, config.SOCKET_COMMANDS_PER_SECOND, 10),
      receivedByteRate: {
        burst: 4 * config.SOCKET_MESSAGE_BYTES,
        perSecond: config.SOCKET_BYTES_PER_SECOND,
      },
      answerByteRate: ratePer(1, config.SOCKET_ANSWER_BYTES_PER_SECOND, 16),
    },
    json: { depth: config.SOCKET_JSON_DEPTH, values: config.SOCKET_JSON_VALUES },
    handshakeTurnMs: config.SOCKET_HANDSHAKE_TURN,
    signatureTurnMs: config.SOCKET_SIGNATURE_TURN,
    joinsPerTurn: config.SOCKET_JOINS_PER_TURN,
    connectTimeoutMs: config.SOCKET_HANDSHAKE_TIMEOUT,
    compression: config.COMPRESSION,
    compressionThresholdBytes: config.COMPRESSION_THRESHOLD,
    writeBufferBytes: config.SLOW_CONSUMER_BYTES,
    unreadAnswerBytes: config.UNREAD_SOCKET_BYTES,
    syncBytes: Math.floor(config.SLOW_CONSUMER_BYTES / 2),
    freeShare: config.CONNECTIONS_FREE_PERCENT / 100,
    staffShare: config.CONNECTIONS_STAFF_PERCENT / 100,
    rate: ratePer(60, config.CONNECTIONS_PER_ADDRESS_PER_MINUTE),
    tenantRate: ratePer(60, config.CONNECTIONS_PER_TENANT_PER_MINUTE),
    connectionsPerGuestSession: config.CONNECTIONS_PER_GUEST_SESSION,
    connectionsPerStaffSession: config.CONNECTIONS_PER_STAFF_SESSION,
    maxTcpConnections: config.MAX_TCP_CONNECTIONS ?? tcpConnections(config.MAX_CONNECTIONS),
  };
}

/** A dead path is noticed within 85 s after its last sign of life, whatever the interval. */
const deadAfterMs = defaultSettings.pingIntervalMs + defaultSettings.pingTimeoutMs;

/** @param quietMs interval for clients that bear silence; the others wait no longer than 25 s. */
function pingTimes(quietMs: number) {
  const pingIntervalMs = Math.min(quietMs, defaultSettings.pingIntervalMs);
  return {
    pingIntervalMs,
    pingTimeoutMs: deadAfterMs - pingIntervalMs,
    quietPingIntervalMs: quietMs,
    quietPingTimeoutMs: deadAfterMs - quietMs,
  };
}

/** A bucket of `periods` times `amount`, refilled with `amount` in `seconds`. */
const ratePer = (seconds: number, amount: number, periods = 1): BucketRate => ({
  burst: periods * amount,
  perSecond: amount / seconds,
});

/** Places for probes, refusals and handshakes beside the connections. */
const tcpConnections = (maxConnections: number | undefined): number | undefined =>
  maxConnections === undefined ? undefined : Math.ceil(maxConnections * 1.1) + 256;
