import { loadKeys, type KeyRing } from "@waiter/auth";
import { RedisReplayLog } from "@waiter/events";
import { createLogger, type Logger } from "@waiter/logger";
import { createMetrics, type Metrics } from "@waiter/metrics";
import { connectRedis, type RedisConnection, type RedisConnectionOptions } from "@waiter/redis";
import { ApiClient, defaultApiOptions } from "./api/api-client.ts";
import { toSettings, type GatewayConfig } from "./config.ts";
import { MalformedMessages } from "./counts/malformed-messages.ts";
import type { GatewaySettings } from "./settings.ts";
import type { SyncLog } from "./events/sync-staff.ts";
import { version } from "./version.ts";

/** Everything the gateway is made of that reaches outside of it. Only this file constructs clients. */
export interface Context extends AsyncDisposable {
  readonly settings: GatewaySettings;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly malformed: MalformedMessages;
  readonly keys: KeyRing;
  readonly api: ApiClient;
  readonly log: SyncLog;
  /** Presence, counts, replay log, revocations. */
  readonly command: RedisConnection;
  /** The adapter's publishing side. */
  readonly publisher: RedisConnection;
  readonly subscriber: RedisConnection;
}
/** Replaced in tests. */
export interface ContextOverrides {
  readonly settings?: Partial<GatewaySettings>;
  readonly logger?: Logger;
  readonly redis?: Partial<RedisConnectionOptions>;
}

/** Opens the connections; they may still be on their way when it returns. */
export function createContext(config: GatewayConfig, overrides: ContextOverrides = {}): Context {
  const settings = { ...toSettings(config), ...overrides.settings };
  const logger =
    overrides.logger ??
    createLogger({ service: "socket-gateway", level: config.LOG_LEVEL, version });
  const metrics = createMetrics({
    service: "socket-gateway",
    names: exportedMetrics,
    defaults: config.NODE_ENV !== "test",
  });
  const connect = (role: RedisConnectionOptions["role"]): RedisConnection =>
    connectRedis({
      url: config.REDIS_URL,
      name: `gateway-${role}`,
      role,
      logger,
      metrics,
      maxReconnectAttempts: config.REDIS_MAX_RECONNECT_ATTEMPTS,
      // The subscription barrier renews them itself, and awaits it.
      autoResubscribe: role !== "subscriber",
      ...overrides.redis,
    });
  const command = connect("command");
  const publisher = connect("publisher");
  const subscriber = connect("subscriber");
  const api = new ApiClient({
    ...defaultApiOptions,
    timeoutMs: config.API_TIMEOUT,
    connections: config.API_CONNECTIONS,
    maxInFlight: config.API_IN_FLIGHT,
    maxQueued: 4 * config.API_IN_FLIGHT,
    origin: config.API_URL ?? config.DOMAIN_URL,
    domainUrl: config.DOMAIN_URL,
    internalToken: config.INTERNAL_TOKEN ?? "",
    onCircuit: (state) =>
      metrics.circuitState.set({ target: "api" }, { closed: 0, halfOpen: 1, open: 2 }[state]),
  });
  return {
    settings,
    logger,
    metrics,
    malformed: new MalformedMessages(metrics.registry, (fields) =>
      logger.warn("a message could not be understood", fields),
    ),
    keys: loadKeys(undefined, config.JWT_PUBLIC_KEYS),
    api,
    log: new RedisReplayLog(command.client),
    command,
    publisher,
    subscriber,
    [Symbol.asyncDispose]: async () => {
      await Promise.allSettled([
        api.close(),
        subscriber.close(),
        publisher.close(),
        command.close(),
      ]);
    },
  };
}

const exportedMetrics = [
  "connectedClients",
  "totalRooms",
  "totalSockets",
  "httpRequestDuration",
  "eventDelivery",
  "syncTotal",
  "socketDisconnects",
  "slowConsumers",
  "rateLimited",
  "redisUp",
  "redisReconnects",
  "circuitState",
] as const;
