import type { BudgetLimits } from "./engine/connection-budget.ts";
import type { JsonLimits } from "./engine/bounded-parser.ts";
import type { BucketRate } from "./engine/token-bucket.ts";

/** Typed settings of the gateway's modules, filled by `config.ts`. Times in ms. */
export interface GatewaySettings {
  /** Names this process in Redis. */
  readonly gatewayId: string;
  /** Base of the tenants' hosts. */
  readonly domainUrl: string;
  readonly corsOrigins: readonly string[];
  /** CIDRs whose X-Forwarded-For is trusted. */
  readonly trustedProxies: readonly string[];
  /** `polling` needs sticky sessions. */
  readonly transports: readonly ("websocket" | "polling")[];
  /** Of clients that do not tell how long they bear silence, or not long enough. */
  readonly pingIntervalMs: number;
  readonly pingTimeoutMs: number;
  /** Of clients that bear a longer silence. */
  readonly quietPingIntervalMs: number;
  readonly quietPingTimeoutMs: number;
  readonly upgradeTimeoutMs: number;
  /** A connection without a namespace is closed after this time. */
  readonly connectTimeoutMs: number;
  /** Limits of one connection; see `ConnectionBudget`. */
  readonly budget: BudgetLimits;
  /** Limits on the JSON of one packet. */
  readonly json: JsonLimits;
  /** Time per event-loop turn for the input of all connections without a session. */
  readonly handshakeTurnMs: number;
  /** Time per event-loop turn for signatures that this thread checks, in ms. */
  readonly signatureTurnMs: number;
  /** Sockets that join per event-loop turn. */
  readonly joinsPerTurn: number;
  /** Connections that this process accepts; undefined: no limit. */
  readonly maxConnections: number | undefined;
  /** Whether to offer permessage-deflate; a broadcast is compressed once. */
  readonly compression: boolean;
  readonly compressionThresholdBytes: number;
  /** Bytes that may wait for one connection before it is terminated. */
  readonly writeBufferBytes: number;
  /** Bytes of answers that may wait for all connections before those with the most end. */
  readonly unreadAnswerBytes: number;
  /** Longest answer of `sync`: half of the write buffer, which holds other messages too. */
  readonly syncBytes: number;
  /** Share of `maxConnections` below which no limit per tenant or address applies, 0 to 1. */
  readonly freeShare: number;
  /** Share of `maxConnections` that only staff may use, 0 to 1. */
  readonly staffShare: number;
  /** New connections of one address, and of one tenant (staff and guests each). */
  readonly rate: BucketRate;
  readonly tenantRate: BucketRate;
  /** Sockets of one guest session, and of one staff session; a further one replaces the oldest. */
  readonly connectionsPerGuestSession: number;
  readonly connectionsPerStaffSession: number;
  /** TCP connections that this process accepts; undefined: no limit. */
  readonly maxTcpConnections: number | undefined;
  /** Interval of reading heads from the api, and the interval while Redis is away. */
  readonly headsIntervalMs: number;
  readonly degradedHeadsIntervalMs: number;
  /** Within this time every tenant's head is compared once. */
  readonly headsComparisonMs: number;
  /** `head` is sent this long after a room's last event, and at least this often. */
  readonly headQuietMs: number;
  readonly headSilenceMs: number;
  /** Interval of asking whether the api answers, how long it may take, and the pause after a failure. */
  readonly apiProbeIntervalMs: number;
  readonly apiProbeWaitMs: number;
  readonly apiProbeRetryMs: number;
  /** How often due heads are sent. */
  readonly headTickMs: number;
  readonly presenceRefreshMs: number;
  readonly presenceExpiryMs: number;
  /** A screen whose socket closed counts as gone after this time. */
  readonly presenceLeaveMs: number;
  /** How long guests wait for the way that reaches staff without a screen, ms. */
  readonly reachWaitMs: number;
  /** Interval of writing changed counts to Redis, and of rewriting unchanged ones. */
  readonly countsChangeMs: number;
  readonly countsIntervalMs: number;
  /** Interval of the sweep for expired tokens. */
  readonly sweepIntervalMs: number;
  /** A socket outlives its token by this much. */
  readonly tokenGraceMs: number;
  /** The api serves clients that are further behind than this many events. */
  readonly syncEvents: number;
  /** How long `sync` waits for its room's subscription. */
  readonly subscriptionWaitMs: number;
  /** Guests whose subscription was interrupted sync again within this time. */
  readonly resyncWithinMs: number;
  /** Pause between self-tests of the Redis connections, and how long a message of one may take. */
  readonly selfTestIntervalMs: number;
  readonly selfTestWaitMs: number;
  readonly drainWindowMs: number;
}

export const defaultSettings = {
  corsOrigins: [],
  trustedProxies: [],
  transports: ["websocket"],
  pingIntervalMs: 25_000,
  pingTimeoutMs: 60_000,
  quietPingIntervalMs: 47_000,
  quietPingTimeoutMs: 38_000,
  upgradeTimeoutMs: 30_000,
  connectTimeoutMs: 10_000,
  budget: {
    handshakeMessages: 8,
    handshakeMessageBytes: 8_192,
    maxMessageBytes: 1_048_576,
    messageRate: { burst: 100, perSecond: 10 },
    receivedByteRate: { burst: 4_194_304, perSecond: 262_144 },
    answerByteRate: { burst: 16_777_216, perSecond: 1_048_576 },
  },
  json: { depth: 16, values: 2_000 },
  handshakeTurnMs: 10,
  signatureTurnMs: 6,
  joinsPerTurn: 20,
  maxConnections: undefined,
  compression: true,
  compressionThresholdBytes: 1_024,
  writeBufferBytes: 1_048_576,
  unreadAnswerBytes: 134_217_728,
  syncBytes: 524_288,
  freeShare: 0.7,
  staffShare: 0.05,
  rate: { burst: 60_000, perSecond: 1_000 },
  tenantRate: { burst: 6_000, perSecond: 100 },
  connectionsPerGuestSession: 8,
  connectionsPerStaffSession: 16,
  maxTcpConnections: undefined,
  headsIntervalMs: 10_000,
  degradedHeadsIntervalMs: 3_000,
  headsComparisonMs: 300_000,
  apiProbeIntervalMs: 5_000,
  apiProbeWaitMs: 2_500,
  apiProbeRetryMs: 1_000,
  headQuietMs: 1_000,
  headSilenceMs: 25_000,
  headTickMs: 250,
  presenceRefreshMs: 20_000,
  presenceExpiryMs: 45_000,
  presenceLeaveMs: 5_000,
  reachWaitMs: 1_000,
  countsChangeMs: 2_000,
  countsIntervalMs: 15_000,
  sweepIntervalMs: 5_000,
  tokenGraceMs: 30_000,
  syncEvents: 200,
  subscriptionWaitMs: 2_000,
  resyncWithinMs: 5_000,
  selfTestIntervalMs: 5_000,
  selfTestWaitMs: 4_000,
  drainWindowMs: 60_000,
} as const satisfies Omit<GatewaySettings, "gatewayId" | "domainUrl">;
