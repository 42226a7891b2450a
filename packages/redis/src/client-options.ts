import type { ClusterOptions, RedisOptions } from "ioredis";
import type { RedisTarget } from "./target.ts";
import { tlsOptions, type RedisCertificates } from "./tls-options.ts";

/**
 * What a connection is for:
 * - `command`: short commands of api and gateway; an unreachable Redis is an error at once.
 * - `publisher`: the same, for the pipelined publishing of events.
 * - `subscriber`: pub/sub; commands wait for the connection, subscriptions are renewed after a
 * reconnect.
 * - `producer`: BullMQ queues that add jobs; an unreachable Redis is an error at once.
 * - `queue`: BullMQ workers; blocking commands wait for as long as it takes.
 */
export type RedisRole = "command" | "publisher" | "subscriber" | "producer" | "queue";

export interface ClientTuning {
  readonly name: string;
  readonly role: RedisRole;
  /** ms; for roles that must not wait. */
  readonly commandTimeoutMs: number;
  readonly connectTimeoutMs: number;
  readonly autoResubscribe: boolean;
  readonly certificates?: RedisCertificates;
  /**
   * Pause before the n-th attempt to reconnect, ms. Attempts never end: a failed connection is
   * probed.
   */
  readonly delay: (attempt: number) => number;
  /** Called after each round in which no sentinel named a master. */
  readonly onSentinelsAway?: () => void;
}

/** Roles whose commands fail at once, or after `commandTimeoutMs`, instead of waiting for Redis. */
export const isImpatient = (role: RedisRole): boolean =>
  role === "command" || role === "publisher" || role === "producer";

function roleOptions({ role, autoResubscribe }: ClientTuning) {
  if (!isImpatient(role))
    return { maxRetriesPerRequest: null, autoResubscribe, autoResendUnfulfilledCommands: true };
  // A command in flight when the connection breaks fails at once: its caller has a fallback, and a
  // late repetition could overwrite newer state.
  return {
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    autoResubscribe,
  };
}

/** Options of ioredis for a standalone Redis or one found through Sentinel. */
export function redisOptions(
  target: Exclude<RedisTarget, { kind: "cluster" }>,
  tuning: ClientTuning,
): RedisOptions {
  const common: RedisOptions = {
    connectionName: tuning.name,
    connectTimeout: tuning.connectTimeoutMs,
    enableOfflineQueue: !isImpatient(tuning.role),
    retryStrategy: tuning.delay,
    lazyConnect: true,
    // CLIENT SETINFO came with Redis 7.2; the error of an older one would be noise at best.
    disableClientInfo: true,
    db: target.db,
    ...credentials(target),
    ...roleOptions(tuning),
  };
  const tls = target.tls ? { tls: tlsOptions(target, tuning.certificates) } : {};
  if (target.kind === "standalone")
    return {
      ...common,
      ...target.nodes[0],
      ...tls,
    };
  return {
    ...common,
    sentinels: target.nodes.map((node) => ({ ...node })),
    name: target.master,
    failoverDetector: true,
    sentinelCommandTimeout: 2_000,
    // No sentinel knows a master, as in the middle of a fail-over: asked again on the same
    // schedule. Returning undefined here would end the client permanently.
    sentinelRetryStrategy: (attempt) => {
      tuning.onSentinelsAway?.();
      return tuning.delay(attempt);
    },
    ...tls,
    enableTLSForSentinelMode: target.tls,
    ...(target.sentinelTls && { sentinelTLS: tlsOptions(target, tuning.certificates) }),
    ...(target.sentinelPassword !== undefined && { sentinelPassword: target.sentinelPassword }),
  };
}

/** Options of ioredis for a Cluster. */
export function clusterOptions(
  target: Extract<RedisTarget, { kind: "cluster" }>,
  tuning: ClientTuning,
) {
  return {
    enableOfflineQueue: !isImpatient(tuning.role),
    lazyConnect: true,
    // ioredis replaces the seeds' names by addresses, which certificates do not name.
    ...(target.tls && { dnsLookup: keepName }),
    clusterRetryStrategy: tuning.delay,
    shardedSubscribers: tuning.role === "subscriber",
    slotsRefreshTimeout: 2_000,
    slotsRefreshInterval: 5_000,
    redisOptions: {
      connectionName: tuning.name,
      connectTimeout: tuning.connectTimeoutMs,
      disableClientInfo: true,
      ...credentials(target),
      ...roleOptions(tuning),
      // Bounds what a node's client sends by itself; callers' commands are bounded as a whole.
      ...(isImpatient(tuning.role) && { commandTimeout: tuning.commandTimeoutMs }),
      ...(target.tls && { tls: tlsOptions(target, tuning.certificates) }),
      replyMapping: "legacy",
    },
  } satisfies ClusterOptions;
}

const keepName = (
  host: string,
  done: (error: null, address: string, family: number) => void,
): void => done(null, host, 0);

const credentials = ({ username, password }: RedisTarget) => ({
  ...(username !== undefined && { username }),
  ...(password !== undefined && { password }),
});
