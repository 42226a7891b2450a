/** Everything the gateway's modules can be told, already typed; `config.ts` fills it from the environment. Times in ms. */
export interface GatewaySettings {
  /** Names this process in Redis. */
  readonly gatewayId: string;
  /** Base of the tenants' hosts. */
  readonly domainUrl: string;
  readonly corsOrigins: readonly string[];
  /** CIDRs whose X-Forwarded-For is believed. */
  readonly trustedProxies: readonly string[];
  /** `polling` needs sticky sessions. */
  readonly transports: readonly ("websocket" | "polling")[];
  readonly pingIntervalMs: number;
  readonly pingTimeoutMs: number;
  readonly upgradeTimeoutMs: number;
  /** A connection that has joined no namespace by then is closed. */
  readonly connectTimeoutMs: number;
  readonly maxMessageBytes: number;
  /** Connections this process accepts; undefined: no bound. */
  readonly maxConnections: number | undefined;
  /** permessage-deflate, compressed once per broadcast. */
  readonly compression: boolean;
  readonly compressionThresholdBytes: number;
  /** What may wait for one connection before it is ended. */
  readonly writeBufferBytes: number;
  /** New connections of one address: at once, and each second. */
  readonly handshakeBurst: number;
  readonly handshakesPerSecond: number;
  /** Messages of one socket: at once, and each second. */
  readonly messageBurst: number;
  readonly messagesPerSecond: number;
  /** True heads are asked of the api this often, and this often while Redis is away. */
  readonly headsIntervalMs: number;
  readonly degradedHeadsIntervalMs: number;
  /** `head` goes out this long after a room's last event, and at least this often. */
  readonly headQuietMs: number;
  readonly headSilenceMs: number;
  /** How often it is looked who is due. */
  readonly headTickMs: number;
  readonly presenceRefreshMs: number;
  readonly presenceExpiryMs: number;
  /** The gateway's counts are written to Redis this long after a change, and this often without one. */
  readonly countsChangeMs: number;
  readonly countsIntervalMs: number;
  /** How often sockets are looked over for expired tokens and full write buffers. */
  readonly sweepIntervalMs: number;
  /** A socket outlives its token by this much. */
  readonly tokenGraceMs: number;
  /** A client further behind than this many events is served by the api. */
  readonly syncEvents: number;
  /** How long `sync` waits for its room's subscription before the api answers instead. */
  readonly subscriptionWaitMs: number;
  /** Guests whose subscription was interrupted ask again within this time. */
  readonly resyncWithinMs: number;
  readonly drainWindowMs: number;
}

export const defaultSettings = {
  corsOrigins: [],
  trustedProxies: [],
  transports: ["websocket"],
  pingIntervalMs: 25_000,
  pingTimeoutMs: 60_000,
  upgradeTimeoutMs: 30_000,
  connectTimeoutMs: 10_000,
  maxMessageBytes: 65_536,
  maxConnections: undefined,
  compression: true,
  compressionThresholdBytes: 1_024,
  writeBufferBytes: 1_000_000,
  handshakeBurst: 5_000,
  handshakesPerSecond: 500,
  messageBurst: 40,
  messagesPerSecond: 10,
  headsIntervalMs: 30_000,
  degradedHeadsIntervalMs: 3_000,
  headQuietMs: 1_000,
  headSilenceMs: 25_000,
  headTickMs: 250,
  presenceRefreshMs: 20_000,
  presenceExpiryMs: 45_000,
  countsChangeMs: 2_000,
  countsIntervalMs: 15_000,
  sweepIntervalMs: 5_000,
  tokenGraceMs: 30_000,
  syncEvents: 200,
  subscriptionWaitMs: 2_000,
  resyncWithinMs: 5_000,
  drainWindowMs: 60_000,
} as const satisfies Omit<GatewaySettings, "gatewayId" | "domainUrl">;
