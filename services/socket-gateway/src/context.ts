import { redisCertificates } from "@waiter/config";
import { Tickets, loadKeys, type KeyRing } from "@waiter/auth";
import type { Lifecycle } from "@waiter/lifecycle";
import type { Logger } from "@waiter/logger";
import { createMetrics, type Metrics } from "@waiter/metrics";
import { redisConnector, type RedisConnection, type RedisConnectionOptions } from "@waiter/redis";
import { RedisReplayLog, type ReplayLog } from "@waiter/replay-log";
import { ApiClient, defaultApiOptions } from "./api/api-client.ts";
import { toSettings, type GatewayConfig } from "./config.ts";
import { MalformedMessages } from "./counts/malformed-messages.ts";
import type { GatewaySettings } from "./settings.ts";

/** Everything the gateway works with. Only this file constructs clients. */
export interface Context {
  readonly config: GatewayConfig;
  readonly settings: GatewaySettings;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly malformed: MalformedMessages;
  readonly keys: KeyRing;
  readonly tickets: Tickets;
  readonly api: ApiClient;
  readonly log: Pick<ReplayLog, "read" | "head">;
  /** Presence, counts, replay log, revocations. */
  readonly command: RedisConnection;
  /** The adapter's publishing side. */
  readonly publisher: RedisConnection;
  readonly subscriber: RedisConnection;
}

/** What tests replace. */
export interface Overrides {
  readonly settings?: Partial<GatewaySettings>;
  readonly redis?: Partial<RedisConnectionOptions>;
}

/** Constructs every client and defers its closing. Waits for no connection. */
export function createContext(
  config: GatewayConfig,
  lifecycle: Lifecycle,
  logger: Logger,
  overrides: Overrides = {},
): Context {
  const settings = { ...toSettings(config), ...overrides.settings };
  const metrics = createMetrics({
    names: metricNames,
    defaults: config.NODE_ENV !== "test",
  });
  const connect = redisConnector({
    lifecycle,
    logger,
    metrics,
    certificates: redisCertificates(config),
    maxReconnectAttempts: config.REDIS_MAX_RECONNECT_ATTEMPTS,
  });
  const common = { url: config.REDIS_URL, ...overrides.redis };
  const command = connect({ name: "gateway-command", role: "command", ...common });
  const publisher = connect({ name: "gateway-publisher", role: "publisher", ...common });
  const subscriber = connect({
    name: "gateway-subscriber",
    role: "subscriber",
    // The subscription barrier renews and awaits them itself.
    autoResubscribe: false,
    ...common,
  });
  const api = new ApiClient({
    ...defaultApiOptions,
    timeoutMs: config.API_TIMEOUT,
    connections: config.API_CONNECTIONS,
    maxInFlight: config.API_IN_FLIGHT,
    maxQueued: 4 * config.API_IN_FLIGHT,
    maxPerTenant: Math.ceil((5 * config.API_IN_FLIGHT * config.API_TENANT_PERCENT) / 100),
    origin: config.API_URL ?? config.DOMAIN_URL,
    domainUrl: config.DOMAIN_URL,
    internalToken: config.INTERNAL_TOKEN?.[0] ?? "",
    onCircuit: (state) =>
      metrics.circuitState.set({ target: "api" }, { closed: 0, halfOpen: 1, open: 2 }[state]),
  });
  lifecycle.defer("api client", () => api.close());
  return {
    config,
    settings,
    logger,
    metrics,
    malformed: new MalformedMessages(metrics, (fields) =>
      logger.warn("a message could not be understood", fields),
    ),
    keys: loadKeys(undefined, config.JWT_PUBLIC_KEYS),
    tickets: new Tickets(config.INTERNAL_TOKEN ?? []),
    api,
    log: new RedisReplayLog(command.client),
    command,
    publisher,
    subscriber,
  };
}

const metricNames = [
  "connectedClients",
  "totalRooms",
  "totalSockets",
  "httpRequestDuration",
  "eventDelivery",
  "syncTotal",
  "socketDisconnects",
  "slowConsumers",
  "rateLimited",
  "malformedMessages",
  "redisUp",
  "redisReconnects",
  "circuitState",
] as const;
