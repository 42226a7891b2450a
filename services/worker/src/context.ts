import { redisCertificates } from "@waiter/config";
import { queueNames } from "@waiter/contracts";
import {
  createDatabase,
  createRelayDatabase,
  databaseSettings,
  type Database,
  type RelayDatabase,
} from "@waiter/database";
import { createPublishing, LookBack, Relay, type Publisher } from "@waiter/events";
import type { Lifecycle } from "@waiter/lifecycle";
import { DeadlineWakeUps, Presence } from "@waiter/live-state";
import type { Logger } from "@waiter/logger";
import { createMetrics, observePools, type Metrics } from "@waiter/metrics";
import type { OutboundClient } from "@waiter/outbound";
import { createDeliveryProducer, createQueue, type DeliveryProducer } from "@waiter/queues";
import { redisConnector, type RedisConnection } from "@waiter/redis";
import type { WorkerConfig } from "./config.ts";
import { createOutbound, createVapidSigner } from "./outbound/create-outbound.ts";
import type { VapidSigner } from "./outbound/vapid-signer.ts";

/** Everything the worker works with. */
export interface Context {
  readonly config: WorkerConfig;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly database: Database;
  readonly relayDatabase: RelayDatabase;
  /** Pub/sub and replay log. */
  readonly redis: RedisConnection;
  /** Adds jobs. */
  readonly producerRedis: RedisConnection;
  /** Waits for jobs. */
  readonly queueRedis: RedisConnection;
  readonly publisher: Publisher;
  readonly relay: Relay;
  /** Measured here; only an api of the release before adds jobs. */
  readonly escalations: ReturnType<typeof createQueue>;
  /** When to look for due deadlines, and how far back. */
  readonly deadlines: { readonly wakeUps: DeadlineWakeUps; readonly lookBack: LookBack };
  readonly deliveries: DeliveryProducer;
  /** Who has a live socket. */
  readonly presence: Presence;
  /** HTTP to push services, ntfy and webhooks. */
  readonly outbound: OutboundClient;
  /** Absent: push is off. */
  readonly vapid: VapidSigner | undefined;
  /** Base of the tenants' hosts; absent: messages carry no link. */
  readonly domainUrl: string | undefined;
}

/** What tests replace. */
export interface Overrides {
  /** Node's own metrics can be registered once per process. */
  readonly defaultMetrics?: boolean;
}

/** A deadline may be written that was due earlier: of a long transaction, or restored by an undo. */
const restoredMs = 120_000;

const metricNames = [
  "eventsPublished",
  "outboxUnpublished",
  "outboxOldestSeconds",
  "eventConsumerBehind",
  "eventConsumerLost",
  "queueJobs",
  "queueOldestJobSeconds",
  "dbPoolConnections",
  "postgresUp",
  "redisUp",
  "redisReconnects",
  "circuitState",
  "outboundCircuits",
  "outboundRequests",
  "outboundDuration",
  "deliveries",
  "deliveryDuration",
  "workFailures",
] as const;

/**
 * Constructs the worker's clients; none waits for its server. Each is closed by the lifecycle, last
 * opened first.
 */
export function createContext(
  config: WorkerConfig,
  lifecycle: Lifecycle,
  logger: Logger,
  overrides: Overrides = {},
): Context {
  const metrics = createMetrics({
    names: metricNames,
    ...(overrides.defaultMetrics === undefined ? {} : { defaults: overrides.defaultMetrics }),
  });

  const database = createDatabase({
    url: config.DATABASE_URL,
    ...databaseSettings(config),
    name: "waiter-worker",
    logger,
  });
  lifecycle.defer("database", () => database.close());
  const relayDatabase = createRelayDatabase({
    url: config.RELAY_DATABASE_URL,
    ...databaseSettings(config),
    name: "waiter-relay",
    logger,
  });
  lifecycle.defer("relay database", () => relayDatabase.close());
  observePools(metrics, () => [database.poolCounts(), relayDatabase.poolCounts()]);

  const connect = redisConnector({
    lifecycle,
    logger,
    metrics,
    certificates: redisCertificates(config),
    maxReconnectAttempts: config.REDIS_MAX_RECONNECT_ATTEMPTS,
  });
  const url = config.REDIS_URL;
  const queueUrl = config.QUEUE_REDIS_URL;
  const redis = connect({ name: "publisher", role: "publisher", url });
  const producerRedis = connect({ name: "queue-producer", role: "producer", url: queueUrl });
  const queueRedis = connect({ name: "queue-worker", role: "queue", url: queueUrl });

  const wakeUps = new DeadlineWakeUps();
  wakeUps.listen(connect({ name: "subscriber", role: "subscriber", url }), (err) =>
    logger.debug("worker could not subscribe to wake-ups", { err }),
  );

  const { publishEvent, publisher } = createPublishing({
    database,
    client: redis.client,
    logger,
    metrics,
  });
  const relay = new Relay({
    database: relayDatabase,
    publishEvent,
    isReady: () => redis.state === "ready",
    minAgeMs: config.RELAY_MIN_AGE,
    leaseMs: config.RELAY_LEASE,
    batch: config.RELAY_BATCH,
    logger,
    metrics,
  });
  const escalations = createQueue(queueNames.escalation, {
    connection: producerRedis,
    logger,
  });
  lifecycle.defer("escalation queue", () => escalations.close());
  const deliveries = createDeliveryProducer({ connection: producerRedis, logger });
  lifecycle.defer("delivery queue", () => deliveries.close());

  const outbound = createOutbound(config, metrics);
  lifecycle.defer("outgoing HTTP", () => outbound.close());

  return {
    config,
    logger,
    metrics,
    database,
    relayDatabase,
    redis,
    producerRedis,
    queueRedis,
    publisher,
    relay,
    escalations,
    deadlines: { wakeUps, lookBack: new LookBack({ longestTransactionMs: restoredMs }) },
    deliveries,
    presence: new Presence(redis.client),
    outbound,
    vapid: createVapidSigner(config),
    domainUrl: config.DOMAIN_URL,
  };
}
