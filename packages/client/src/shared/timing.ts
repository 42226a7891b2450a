/** Every delay and limit of the SDK, in milliseconds. */
export interface Timing {
  /** Wait after a sequence gap before `sync` asks for the missing events. */
  readonly gapWaitMs: number;
  /** First and longest back-off. */
  readonly reconnectMinMs: number;
  readonly reconnectMaxMs: number;
  /** Clients return spread over this time after a settled connection was lost. */
  readonly lossSpreadMs: number;
  /**
   * A connection counts as made, and resets the back-off, after being live and synced for so long.
   */
  readonly settleMs: number;
  /**
   * Bound of one connection attempt: TCP, TLS, upgrade, Engine.IO and namespace handshake together.
   */
  readonly connectTimeoutMs: number;
  /** Bound of catching up on a new connection; after it the connection is replaced. */
  readonly resumeMs: number;
  /** Longest spread of a snapshot that a gateway may ask for; a longer one is shortened. */
  readonly resetSpreadMs: number;
  /** How long a guest waits for the gateway's comparison after joining before it asks itself. */
  readonly joinMs: number;
  /**
   * A guest's connection without a frame for so long is probed; shown to the gateway, which pings
   * less often from 52 s.
   */
  readonly staleMs: number;
  /** The same while a request is open or unsent: the guest waits for what it would show. */
  readonly busyStaleMs: number;
  /** A board's connection without a frame for so long is probed. */
  readonly boardStaleMs: number;
  /**
   * An unanswered probe makes the connection `stale` after `doubtMs` and replaces it after
   * `probeMs`.
   */
  readonly doubtMs: number;
  readonly probeMs: number;
  /** Mean polling interval while the connection is not live. */
  readonly pollMs: number;
  /** The same for a guest without an open or unsent request. */
  readonly idlePollMs: number;
  /** Time-outs of a socket acknowledgement and of an HTTP call. */
  readonly ackMs: number;
  readonly httpMs: number;
  /** Longest wait for another tab's token refresh. */
  readonly lockMs: number;
  /** Age at which an unconfirmed staff command is reported as not done. */
  readonly commandTtlMs: number;
  /** Age at which an unsent guest request is no longer sent without `confirm`. */
  readonly confirmMs: number;
  /** Age at which an unsent guest request is dropped. */
  readonly callTtlMs: number;
  /** Mean interval of a guest's periodic `sync` while a request is open. */
  readonly guestSyncMs: number;
  /**
   * Mean interval of a guest's question whether its table changed: while a request is open, and
   * until `guestActiveMs` after the last change.
   */
  readonly guestCheckMs: number;
  readonly guestActiveMs: number;
  /** A table's guests renew their sessions over this time after it opens or its mute is over. */
  readonly openingSpreadMs: number;
  /** Shortest interval between two `seen` messages. */
  readonly seenMs: number;
}

export const defaultTiming: Timing = {
  gapWaitMs: 250,
  reconnectMinMs: 1_000,
  reconnectMaxMs: 30_000,
  lossSpreadMs: 3_000,
  settleMs: 5_000,
  connectTimeoutMs: 15_000,
  resumeMs: 20_000,
  resetSpreadMs: 15_000,
  joinMs: 2_500,
  staleMs: 52_000,
  busyStaleMs: 30_000,
  boardStaleMs: 10_000,
  doubtMs: 2_000,
  probeMs: 5_000,
  pollMs: 5_000,
  idlePollMs: 15_000,
  ackMs: 5_000,
  httpMs: 10_000,
  lockMs: 5_000,
  commandTtlMs: 30_000,
  confirmMs: 300_000,
  callTtlMs: 3_600_000,
  guestSyncMs: 20_000,
  guestCheckMs: 4_000,
  guestActiveMs: 60_000,
  openingSpreadMs: 10_000,
  seenMs: 1_000,
};

/** Upper limit of a delay that a server asks for; above it the value is not believed. */
const longestAskedMs = 20_000;

/** A value between `(1 - spread) * mean` and `(1 + spread) * mean`. */
export const jitter = (mean: number, spread: number, random: () => number): number =>
  mean * (1 + spread * (2 * random() - 1));

/** A server's delay in milliseconds, or `otherwise` where it is no number; at most `most`. */
export const askedDelay = (value: unknown, otherwise: number, most: number): number =>
  typeof value === "number" && value >= 0 ? Math.min(value, most) : otherwise;

/**
 * Delay before attempt `attempt` (from 0). The back-off doubles from `reconnectMinMs` to
 * `reconnectMaxMs`, with full jitter. With `asked` (Retry-After) the delay starts at `asked` and is
 * spread over `max(asked, back-off)`, so that clients refused together return apart. Never longer
 * than `reconnectMaxMs`.
 */
export function retryDelay(
  attempt: number,
  asked: number | undefined,
  { reconnectMinMs, reconnectMaxMs }: Timing,
  random: () => number,
): number {
  const backoff = Math.min(reconnectMaxMs, reconnectMinMs * 2 ** Math.min(attempt, 10));
  if (asked === undefined) return Math.max(random(), 0.05) * backoff;
  const start = Math.min(asked, longestAskedMs, reconnectMaxMs);
  return start + random() * Math.min(Math.max(start, backoff), reconnectMaxMs - start);
}
