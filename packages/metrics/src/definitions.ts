/** A metric before it is registered. */
export type Definition = Described &
  (
    | { readonly kind: "counter" }
    | { readonly kind: "gauge" }
    | { readonly kind: "histogram"; readonly buckets: readonly number[] }
  );

interface Described {
  readonly name: string;
  readonly help: string;
  readonly labels?: readonly string[];
}

const latency = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] as const;

const deliveryTimes = [0.1, 0.25, 0.5, 1, 2, 3, 5, 10, 20, 30, 60, 120] as const;

/**
 * Every metric, by the name of its member. The names and labels are a contract (dashboards, alerts
 * and autoscalers rely on them). None has a label for a tenant: one series per restaurant would
 * cost more than it says.
 */
export const definitions = {
  connectedClients: {
    kind: "gauge",
    name: "waiter_connected_clients",
    help: "Clients connected to this gateway",
    labels: ["nsp"],
  },
  totalRooms: {
    kind: "gauge",
    name: "waiter_total_rooms",
    help: "Rooms of this gateway",
    labels: ["nsp"],
  },
  totalSockets: {
    kind: "gauge",
    name: "waiter_total_sockets",
    help: "Sockets of this gateway",
    labels: ["nsp"],
  },
  httpRequestDuration: {
    kind: "histogram",
    name: "waiter_http_request_duration_seconds",
    help: "Duration of HTTP requests",
    labels: ["method", "route", "status"],
    buckets: latency,
  },
  eventDelivery: {
    kind: "histogram",
    name: "waiter_event_delivery_seconds",
    help: "From commit to socket write, by Postgres' clock",
    buckets: latency,
  },
  eventsPublished: {
    kind: "counter",
    name: "waiter_events_published_total",
    help: "Events published to Redis",
    labels: ["via"],
  },
  outboxUnpublished: {
    kind: "gauge",
    name: "waiter_outbox_unpublished",
    help: "Events committed and not yet published",
  },
  outboxOldestSeconds: {
    kind: "gauge",
    name: "waiter_outbox_oldest_seconds",
    help: "Age of the oldest event not yet published",
  },
  eventConsumerBehind: {
    kind: "gauge",
    name: "waiter_event_consumer_behind_seconds",
    help: "Age of the oldest event that a named consumer has not handled; 0 at the end of the log",
    labels: ["consumer"],
  },
  eventConsumerLost: {
    kind: "gauge",
    name: "waiter_event_consumer_lost",
    help: "1 when events were deleted that the named consumer had not handled",
    labels: ["consumer"],
  },
  syncTotal: {
    kind: "counter",
    name: "waiter_sync_total",
    help: "Answers to sync",
    labels: ["result"],
  },
  socketDisconnects: {
    kind: "counter",
    name: "waiter_socket_disconnects_total",
    help: "Sockets that ended",
    labels: ["reason"],
  },
  slowConsumers: {
    kind: "counter",
    name: "waiter_socket_slow_consumers_total",
    help: "Sockets ended because they read too slowly",
  },
  rateLimited: {
    kind: "counter",
    name: "waiter_rate_limited_total",
    help: "Requests, handshakes and messages refused by a rate limit",
    labels: ["scope"],
  },
  securityEvents: {
    kind: "counter",
    name: "waiter_security_events_total",
    help: "Lines of the security log",
    labels: ["event"],
  },
  queueJobs: {
    kind: "gauge",
    name: "waiter_queue_jobs",
    help: "Jobs in a queue",
    labels: ["queue", "state"],
  },
  queueOldestJobSeconds: {
    kind: "gauge",
    name: "waiter_queue_oldest_job_seconds",
    help: "Age of the oldest job that waits",
    labels: ["queue"],
  },
  dbPoolConnections: {
    kind: "gauge",
    name: "waiter_db_pool_connections",
    help: "Postgres connections of this process",
    labels: ["state"],
  },
  postgresUp: {
    kind: "gauge",
    name: "waiter_postgres_up",
    help: "1 when Postgres answered a ping of this scrape",
    labels: ["client"],
  },
  redisUp: {
    kind: "gauge",
    name: "waiter_redis_up",
    help: "1 while a Redis connection is ready",
    labels: ["client"],
  },
  redisReconnects: {
    kind: "counter",
    name: "waiter_redis_reconnects_total",
    help: "Attempts to reconnect to Redis",
    labels: ["client"],
  },
  malformedMessages: {
    kind: "counter",
    name: "waiter_malformed_messages_total",
    help: "Messages that could not be parsed",
    labels: ["source"],
  },
  circuitState: {
    kind: "gauge",
    name: "waiter_circuit_state",
    help: "Circuit breaker: 0 closed, 1 half open, 2 open",
    labels: ["target"],
  },
  outboundCircuits: {
    kind: "gauge",
    name: "waiter_outbound_circuits",
    help: "Hosts of outgoing HTTP by state of their circuit",
    labels: ["target", "state"],
  },
  outboundRequests: {
    kind: "counter",
    name: "waiter_outbound_requests_total",
    help: "Outgoing HTTP calls by outcome: 2xx to 5xx, or why no answer arrived",
    labels: ["target", "outcome"],
  },
  outboundDuration: {
    kind: "histogram",
    name: "waiter_outbound_request_duration_seconds",
    help: "Duration of outgoing HTTP calls",
    labels: ["target"],
    buckets: latency,
  },
  deliveries: {
    kind: "counter",
    name: "waiter_deliveries_total",
    help: "Deliveries that ended in this worker, by channel and outcome",
    labels: ["channel", "outcome"],
  },
  deliveryDuration: {
    kind: "histogram",
    name: "waiter_delivery_sent_seconds",
    help: "From the step that fired to the answer of the push service, ntfy or webhook",
    labels: ["channel"],
    buckets: deliveryTimes,
  },
  workFailures: {
    kind: "counter",
    name: "waiter_work_failures_total",
    help: "Failures of a worker's job for one restaurant or for all, less outages of Postgres",
    labels: ["work"],
  },
  licenseValid: {
    kind: "gauge",
    name: "waiter_license_valid",
    help: "1 while the licence is valid",
  },
  licenseExpires: {
    kind: "gauge",
    name: "waiter_license_expires_timestamp_seconds",
    help: "When the licence ends, seconds since 1970; 0 without one",
  },
} as const satisfies Record<string, Definition>;

export type Definitions = typeof definitions;
export type MetricName = keyof Definitions;
