import { redisCertificates } from "@waiter/config";
import { generateKeys, loadKeys, Tickets, type KeyRing, type License } from "@waiter/auth";
import type { Invalidation } from "@waiter/contracts";
import { createDatabase, databaseSettings, type Database } from "@waiter/database";
import { createPublishing, reconcileHeads } from "@waiter/events";
import type { Lifecycle } from "@waiter/lifecycle";
import { announceDeadlines, Presence } from "@waiter/live-state";
import type { Logger } from "@waiter/logger";
import { createMetrics, type Metrics } from "@waiter/metrics";
import { redisConnector, type RedisConnection } from "@waiter/redis";
import { webRoot } from "@waiter/web";
import { AssetStore } from "./assets/asset-store.ts";
import { createCaches, type Caches } from "./caches/create-caches.ts";
import { StaffOnline } from "./caches/staff-online.ts";
import type { ApiConfig } from "./config.ts";
import { faultPoint } from "./fault.ts";
import { watchLicense } from "./health/watch-license.ts";
import { createLimiters, type Limiters } from "./rate-limits/create-limiters.ts";
import { limitRules } from "./rate-limits/limit-rules.ts";
import { createAfterCommit, type AfterCommit } from "./publishing/after-commit.ts";
import { createQueues, type Queues } from "./publishing/create-queues.ts";
import { createAnnouncers, type Announcers } from "./publishing/create-announcers.ts";
import type { TokenIssuer } from "./auth/token-issuer.ts";
import { blockOf, clientOf } from "./auth/client.ts";
import { principalOf } from "./auth/principal.ts";
import { deriveKey } from "./auth/derive-key.ts";
import { createDeviceMarks, type DeviceMarks } from "./auth/device-cookie.ts";
import { PasswordQueue } from "./auth/password-queue.ts";
import { VerifiedTokens } from "./auth/verified-tokens.ts";
import { secretChain, type SecretChain } from "./auth/refresh-token.ts";
import type { SessionRules } from "./auth/sessions.ts";
import { LoginThrottle } from "./rate-limits/login-throttle.ts";
import { createSecurityLog, securityEvents, type SecurityLog } from "./security-log.ts";

/** The clients and collaborators of the api. Routes take what they use. */
export interface Context extends Omit<Caches, "bus">, Announcers, Queues {
  readonly config: ApiConfig;
  readonly lifecycle: Lifecycle;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly database: Database;
  readonly redis: RedisConnection;
  readonly queueRedis: RedisConnection;
  readonly tokens: TokenIssuer;
  readonly verified: VerifiedTokens;
  readonly chain: SecretChain;
  readonly sessionRules: SessionRules;
  readonly devices: DeviceMarks;
  readonly loginThrottle: LoginThrottle;
  readonly passwords: PasswordQueue;
  readonly securityLog: SecurityLog;
  readonly limiters: Limiters;
  readonly presence: Presence;
  readonly staffOnline: StaffOnline;
  readonly license: () => License;
  readonly webRoot: string;
  readonly assets: AssetStore;
  readonly afterCommit: AfterCommit;
  readonly trueHeads: (tenantIds: readonly string[]) => ReturnType<typeof reconcileHeads>;
  readonly invalidate: (tenantId: string, scope: Invalidation["scope"]) => void;
}

/** Replacements for tests. */
export interface Overrides {
  /** How long answers say `Connection: close` at a stop, ms. */
  readonly drainMs?: number;
  readonly licensePublicKey?: string;
  /** Runs at a fault point instead of SIGKILL. */
  readonly kill?: () => void;
  /** Node's own metrics can be registered once per process. */
  readonly defaultMetrics?: boolean;
}

/**
 * Creates every client and defers its closing. Every connection is lazy: an unreachable dependency
 * fails requests, not the start.
 */
export function createContext(
  config: ApiConfig,
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
    name: "waiter-api",
    connectTimeoutMs: 2_000,
    logger,
  });
  lifecycle.defer("postgres", () => database.close());
  const connect = redisConnector({
    lifecycle,
    logger,
    metrics,
    certificates: redisCertificates(config),
    maxReconnectAttempts: config.REDIS_MAX_RECONNECT_ATTEMPTS,
  });
  const redis = connect({ name: "api-command", role: "command", url: config.REDIS_URL });
  const subscriber = connect({ name: "api-subscriber", role: "subscriber", url: config.REDIS_URL });
  const queueRedis = connect({ name: "api-queue", role: "producer", url: config.QUEUE_REDIS_URL });
  const available = (): boolean => redis.state === "ready";

  const keys = signingKeys(config, logger);
  const devices = createDeviceMarks(keys, { secure: config.DOMAIN_URL.startsWith("https:") });
  const securityLog = createSecurityLog(logger, {
    salt: deriveKey(keys, "waiter security log").toString("base64url"),
    count: (event) => metrics.securityEvents.inc({ event }),
  });
  // Each series exists from the start, so that an alert sees the first increase.
  for (const event of securityEvents) metrics.securityEvents.inc({ event }, 0);
  const max = config.CACHED_TENANTS;
  const { bus, ...caches } = createCaches(
    { database, publisher: redis.client, subscriber, logger },
    { tenants: max, boardBytes: config.CACHED_BOARD_BYTES },
  );

  const { log, emitter, publisher } = createPublishing({
    database,
    client: redis.client,
    logger,
    metrics,
  });
  lifecycle.defer("publisher", () => publisher.drain());
  const queues = createQueues(queueRedis, lifecycle, logger);

  const presence = new Presence(redis.client);
  const kill = overrides.kill ?? (() => process.kill(process.pid, "SIGKILL"));
  const fault = faultPoint(config.WAITER_FAULT, kill);
  return {
    config,
    lifecycle,
    logger,
    metrics,
    database,
    redis,
    queueRedis,
    tokens: { keys, issuer: config.DOMAIN_URL, tickets: new Tickets(config.INTERNAL_TOKEN ?? []) },
    verified: new VerifiedTokens({ keys, issuer: config.DOMAIN_URL, max: config.CACHED_TOKENS }),
    chain: secretChain(keys),
    sessionRules: {
      lifetimeS: config.SESSION_LIFETIME / 1_000,
      maxLifetimeS: config.SESSION_MAX_LIFETIME / 1_000,
      perPerson: config.SESSIONS_PER_PERSON,
    },
    devices,
    loginThrottle: new LoginThrottle({
      redis: redis.client,
      available,
      freeFailures: config.RATE_LIMIT_AUTH,
    }),
    passwords: new PasswordQueue({
      concurrency: config.LOGIN_CONCURRENCY,
      maxWaiting: config.LOGIN_QUEUE,
      maxPerAccount: 16,
      maxWaitMs: 8_000,
      onRefused: ({ tenantId, account, block }) =>
        securityLog.note("limit_reached", { tenantId, account, block, scope: "password_queue" }),
    }),
    securityLog,
    limiters: createLimiters({
      rules: limitRules(config),
      redis: redis.client,
      redisAvailable: available,
      knownDevice: (request, response) => {
        const { host } = clientOf(response);
        return host.kind === "tenant" ? devices.read(request, host.slug)?.id : undefined;
      },
      onLimited: (scope, response) => {
        metrics.rateLimited.inc({ scope });
        const { tid, sid } = principalOf(response) ?? {};
        securityLog.note("limit_reached", {
          scope,
          block: blockOf(response),
          tenantId: tid,
          ...(sid !== undefined && { sid }),
        });
      },
    }),
    ...caches,
    presence,
    staffOnline: new StaffOnline(presence, { available, max }),
    license: watchLicense(config.LICENSE_KEY, overrides.licensePublicKey, metrics),
    webRoot: config.WEB_ROOT ?? webRoot,
    assets: new AssetStore({ client: redis.client, available }),
    afterCommit: createAfterCommit({
      publish: (event) => publisher.publish(event),
      announceDeadlines: announceDeadlines(redis.client, {
        onError: (err) => logger.debug("api could not announce deadlines", { err }),
      }),
      replaceNotifications: queues.replaceNotifications,
      fault: () => fault("api:after-commit"),
    }),
    ...queues,
    trueHeads: (tenantIds) => reconcileHeads(database, log, tenantIds),
    invalidate: bus.announce,
    ...createAnnouncers({
      client: redis.client,
      emitter,
      forget: (tenantId) => bus.announce(tenantId, "tenant"),
      logger,
    }),
  };
}

const metricNames = [
  "httpRequestDuration",
  "eventsPublished",
  "rateLimited",
  "securityEvents",
  "dbPoolConnections",
  "postgresUp",
  "redisUp",
  "redisReconnects",
  "licenseValid",
  "licenseExpires",
] as const;

/** Configured keys; required in production, generated at each start in development. */
function signingKeys(config: ApiConfig, logger: Logger): KeyRing {
  if (config.JWT_PRIVATE_KEYS !== undefined)
    return loadKeys(config.JWT_PRIVATE_KEYS, config.JWT_PUBLIC_KEYS);
  logger.warn("api generated signing keys: tokens are valid only in this process, until it stops");
  return loadKeys(generateKeys().privatePem);
}
