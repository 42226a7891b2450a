import { z } from "zod";
import { bodies, caches, limits, restaurants } from "./api-variables.ts";
import { duration } from "./durations.ts";
import { flag, integer, isCidr, list, origin, pems, pemText, share, url } from "./fields.ts";
import { outbound, outboundNetworks, push, pushHosts, pushSender } from "./outbound-variables.ts";
import { gateway } from "./gateway-variables.ts";

// Several hosts, as Sentinel and Cluster have them, are no URL by the standard: packages/redis
// reads the whole of it.
const redisUrl = () =>
  z
    .string()
    .regex(
      /^(?:rediss?|redis-sentinel|redis-cluster):\/\/[^\s/]+\S*$/,
      "expected a URL such as redis://localhost:6379 (redis:, rediss:, redis-sentinel:, redis-cluster:)",
    );
const postgresUrl = () =>
  url(["postgres", "postgresql"], "postgres://user:password@localhost:5432/waiter");
const isOrigin = (item: string): boolean =>
  item === "*" ||
  (URL.canParse(item) && /^https?:$/.test(new URL(item).protocol) && new URL(item).origin === item);
/** A secret that travels in an HTTP header. */
const hidden = () =>
  z.string().regex(/^[\x21-\x7e]+$/, "expected printable ASCII characters without spaces");

/** Every service has these. */
export const common = {
  NODE_ENV: z
    .enum(["development", "test", "production"], "expected development, test or production")
    .default("development")
    .describe("What the process runs for"),
  LOG_LEVEL: z
    .enum(["debug", "info", "warn", "error"], "expected debug, info, warn or error")
    .default("info")
    .describe("Least severe log lines written"),
  PORT: integer(0, 65_535).prefault("3000").describe("Port to listen on"),
  HOST: z.string().default("localhost").describe("Address to listen on; containers set 0.0.0.0"),
  OPS_PORT: integer(0, 65_535)
    .optional()
    .describe(
      "Port of probes, /metrics and /api/health/*; PORT when unset; in production api and gateway require one other than PORT",
    ),
  DOMAIN_URL: origin("https://waiter.example")
    .prefault("http://localhost:3000")
    .describe("Base for tenant hosts and QR codes; https in production, unless ALLOW_HTTP"),
  ALLOW_HTTP: flag()
    .prefault("false")
    .describe(
      "Production may have an http DOMAIN_URL: cookies and tokens then travel in clear text",
    ),
  TRUSTED_PROXIES: list(isCidr, "an address block such as 10.0.0.0/8")
    .prefault("")
    .describe(
      "CIDRs of the proxies whose X-Forwarded headers are believed, comma-separated; unset: none",
    ),
  CORS_ORIGIN: list(isOrigin, "an origin such as https://pizza.waiter.example")
    .optional()
    .describe(
      "Allowed origins, comma-separated; https://*.waiter.example is every tenant of that domain; * in development when unset, required in production",
    ),
  LICENSE_KEY: z
    .string()
    .optional()
    .describe("Signed licence; unset: the licence counts as missing"),
  OTEL_EXPORTER_OTLP_ENDPOINT: url(["http", "https"], "http://localhost:4318")
    .optional()
    .describe("Where traces go (OTLP over HTTP); unset: tracing is off and costs nothing"),
  OTEL_TRACES_SAMPLER_ARG: share()
    .prefault("1")
    .describe("Share of new traces that is kept, 0 to 1; a caller's decision comes first"),
  OTEL_RESOURCE_ATTRIBUTES: z
    .string()
    .optional()
    .describe(
      "What every span says of its process, as OpenTelemetry writes it: k8s.pod.name=api-1,k8s.namespace.name=waiter",
    ),
  SHUTDOWN_DEADLINE: duration(1_000)
    .optional()
    .describe("When a stop ends by force; unset: DRAIN_WINDOW + 15s in the gateway, 30s elsewhere"),
  WAITER_FAULT: z.string().optional().describe("Fault point for tests; refused in production"),
};

/** Of the services that browsers and proxies connect to. */
export const http = {
  KEEP_ALIVE_TIMEOUT: duration(1_000)
    .prefault("65s")
    .describe(
      "How long an idle HTTP connection is kept; must exceed the idle time-out of the load balancer in front, or that sends requests into closing connections",
    ),
  MAX_PIPELINED_REQUESTS: integer(1)
    .prefault("8")
    .describe(
      "Unanswered HTTP/1.1 requests of one connection; a further one ends it. Browsers and proxies send one at a time",
    ),
  UNREAD_ANSWER_BYTES: integer(1_048_576)
    .prefault("67108864")
    .describe(
      "Bytes of HTTP answers that may wait in one process for clients that do not read; beyond them the connections that have read nothing for longest end",
    ),
};

export const database = {
  DATABASE_URL: postgresUrl().describe("Postgres, application role"),
  DB_POOL_MAX: integer(1, 1_000)
    .prefault("10")
    .describe("Most Postgres connections of one pool; an api has one, a worker two"),
  DB_TENANT_SHARE: integer(1, 100)
    .prefault("30")
    .describe("Most connections of a pool that one tenant holds while others wait, in percent"),
  DB_LOCK_TIMEOUT: duration(10)
    .prefault("2s")
    .describe("Longest wait of a statement for a lock in Postgres; then the answer is 503"),
  DB_STATEMENT_TIMEOUT: duration(100)
    .prefault("4s")
    .describe("Longest statement in Postgres; the client gives up one second later"),
  DB_IDLE_TRANSACTION_TIMEOUT: duration(100)
    .prefault("5s")
    .describe("Postgres ends a transaction whose process sends nothing for this time"),
  DB_TRANSACTION_TIMEOUT: duration(100)
    .prefault("10s")
    .describe("Longest transaction, where Postgres is version 17 or later"),
  DB_NAMED_STATEMENTS: flag()
    .prefault("true")
    .describe(
      "Prepare statements under a name, which halves Postgres' work; false behind PgBouncer before 1.21",
    ),
};

export const relayDatabase = {
  RELAY_DATABASE_URL: postgresUrl()
    .optional()
    .describe(
      "Postgres, role of the relay and the sweeper; DATABASE_URL when unset, required for the worker in production",
    ),
};

export const migration = {
  MIGRATION_DATABASE_URL: postgresUrl()
    .optional()
    .describe(
      "Postgres, owner role, used by `migrate` only; DATABASE_URL when unset, required in production",
    ),
  MIGRATION_LOCK_TIMEOUT: duration(10)
    .prefault("1s")
    .describe("Longest wait of `migrate` for a lock; what waits behind it waits no longer"),
  MIGRATION_ATTEMPTS: integer(1, 1_000)
    .prefault("30")
    .describe("Tries of `migrate` when a lock is not free in time"),
};

export const redis = {
  REDIS_URL: redisUrl()
    .optional()
    .describe(
      "Redis for pub/sub, replay log, presence and rate limits: redis:, rediss:, redis-sentinel: or redis-cluster:",
    ),
  REDIS_HOST: z.string().optional().describe("Host of a standalone Redis, instead of REDIS_URL"),
  REDIS_PORT: integer(1, 65_535)
    .optional()
    .describe("Port that goes with REDIS_HOST; 6379 when unset"),
  REDIS_TLS_CA: pemText()
    .optional()
    .describe("PEM certificates of the authorities that sign Redis' certificates; unset: Node's"),
  REDIS_TLS_CERT: pemText()
    .optional()
    .describe("PEM client certificate for a Redis that requires one; with REDIS_TLS_KEY"),
  REDIS_TLS_KEY: pemText().optional().describe("PEM private key of REDIS_TLS_CERT"),
  REDIS_MAX_RECONNECT_ATTEMPTS: integer(1, 1_000)
    .prefault("10")
    .describe("Attempts until a Redis connection is reported failed and probed every 30 s"),
};

export const queueRedis = {
  QUEUE_REDIS_URL: redisUrl()
    .optional()
    .describe("Redis of BullMQ (noeviction, AOF); REDIS_URL when unset"),
};

export const keys = {
  JWT_PRIVATE_KEYS: pems("PRIVATE KEY")
    .optional()
    .describe("PEM ES256 private keys, the first one signs; generated in development only"),
  JWT_PUBLIC_KEYS: pems("PUBLIC KEY")
    .optional()
    .describe("PEM ES256 public keys that tokens are checked with; generated in development only"),
};

/** Of a process that checks tokens and signs none: the gateway has no private key. */
export const publicKeys = { JWT_PUBLIC_KEYS: keys.JWT_PUBLIC_KEYS };

const secrets = () =>
  z
    .string()
    .transform((text) => text.split(",").map((token) => token.trim()))
    .pipe(z.array(hidden()))
    .transform((tokens): readonly string[] => Object.freeze(tokens))
    .optional();

export const internal = {
  INTERNAL_TOKEN: secrets().describe(
    "Secret of gateway and api, required in production; `old,new` while it is rotated",
  ),
  API_URL: origin("http://api:3000")
    .optional()
    .describe(
      "Where the gateway reaches the api, past every proxy: /internal/* answers none; DOMAIN_URL when unset",
    ),
};

/** The api checks this secret and has no API_URL. */
export const internalToken = { INTERNAL_TOKEN: internal.INTERNAL_TOKEN };

export const platform = {
  PLATFORM_ADMIN_TOKEN: secrets().describe(
    "Creates and deletes tenants over HTTP; unset: these routes are off. Several by commas, each with a name for the security log if you like: `anna:token,deploy:token`",
  ),
  SLUG_RESERVATION: duration()
    .refine((ms) => ms <= 3_650 * 86_400_000, "expected at most 3650d")
    .prefault("30d")
    .describe(
      "How long the slug of a deleted tenant is refused to others: it is in printed QR codes; 0s: not at all, at most 3650d",
    ),
};

/** Of the api, which serves the pages. */
export const web = {
  WEB_ROOT: z
    .string()
    .optional()
    .describe("Folder of the built pages; unset: those of @waiter/web"),
};

export const worker = {
  WORKER_CONCURRENCY: integer(1, 1_000)
    .prefault("10")
    .describe("Jobs that one worker runs at once, per queue"),
  RELAY_INTERVAL: duration(10)
    .prefault("500ms")
    .describe("How often the relay looks for outbox rows left behind"),
  RELAY_MIN_AGE: duration()
    .prefault("1s")
    .describe("Age from which an outbox row counts as left behind"),
  RELAY_LEASE: duration(1_000)
    .prefault("10s")
    .describe("How long a leased outbox row belongs to one relay"),
  RELAY_BATCH: integer(1, 10_000).prefault("500").describe("Outbox rows leased at once"),
  SWEEP_INTERVAL: duration(100)
    .prefault("5s")
    .describe("How often the worker looks for due deadlines whose wake-up was lost"),
  EVENT_RETENTION: duration(86_400_000)
    .prefault("30d")
    .describe("How long events are kept for clients that catch up; at least 1d"),
  EVENT_CONSUMER_WAIT: duration(86_400_000)
    .prefault("45d")
    .describe(
      "How long events that a named consumer has not handled are kept; then the consumer is marked lost. At least 1d",
    ),
  MOVE_CLOSED_REQUESTS: flag()
    .prefault("true")
    .describe(
      "Move requests an hour after closing to the history; false while an api of a release before 0.2 runs",
    ),
  NOTE_RETENTION: duration(86_400_000)
    .prefault("30d")
    .describe("When notes and guest sessions of closed requests are erased; at least 1d"),
  REQUEST_RETENTION: duration(90 * 86_400_000)
    .prefault("400d")
    .describe("How long closed requests are kept; at least 90d"),
  DELIVERY_RETENTION: duration(86_400_000)
    .refine((ms) => ms <= 90 * 86_400_000, "expected at most 90d")
    .prefault("7d")
    .describe("How long the ledger of deliveries keeps its rows per person, 1d to 90d"),
};

/** Everything, in the order of `.env.example`. */
export const variables = {
  common,
  http,
  database,
  relayDatabase,
  migration,
  redis,
  queueRedis,
  keys,
  internal,
  platform,
  gateway,
  limits,
  restaurants,
  bodies,
  caches,
  web,
  worker,
  push,
  pushSender,
  pushHosts,
  outboundNetworks,
  outbound,
};
