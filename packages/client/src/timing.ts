/** Every delay and limit of the SDK; milliseconds where not said otherwise. */
export interface Timing {
  /** How long a gap in the sequence may close by itself before `sync` asks for what is missing. */
  readonly gapWaitMs: number;
  /** First and longest delay before a new connection; each is spread by half. */
  readonly reconnectMinMs: number;
  readonly reconnectMaxMs: number;
  readonly connectTimeoutMs: number;
  /** Without a frame for so long, a connection is stale and gets a probe, which has `probeMs` to be answered. */
  readonly staleMs: number;
  readonly probeMs: number;
  /** Mean interval of polling while no gateway is reached. */
  readonly pollMs: number;
  /** How long an acknowledgement or an HTTP answer may take. */
  readonly ackMs: number;
  readonly httpMs: number;
  /** Age at which a staff command that could not be sent is dropped. */
  readonly commandTtlMs: number;
  /** The same for a guest's call. */
  readonly callTtlMs: number;
  /** Mean interval of a guest's own `sync` while a request is open. */
  readonly guestSyncMs: number;
  /** `seen` is sent at most once per. */
  readonly seenMs: number;
}

export const defaultTiming: Timing = {
  gapWaitMs: 250,
  reconnectMinMs: 1_000,
  reconnectMaxMs: 30_000,
  connectTimeoutMs: 20_000,
  staleMs: 30_000,
  probeMs: 5_000,
  pollMs: 5_000,
  ackMs: 5_000,
  httpMs: 10_000,
  commandTtlMs: 60_000,
  callTtlMs: 3_600_000,
  guestSyncMs: 60_000,
  seenMs: 1_000,
};

/** A value between `(1 - spread) * mean` and `(1 + spread) * mean`. */
export const jitter = (mean: number, spread: number, random: () => number): number =>
  mean * (1 + spread * (2 * random() - 1));

/** The delay before attempt `attempt` (from 0): doubling, spread by half, never above the longest. */
export const backoff = (attempt: number, timing: Timing, random: () => number): number =>
  Math.min(
    timing.reconnectMaxMs,
    jitter(
      Math.min(timing.reconnectMaxMs, timing.reconnectMinMs * 2 ** Math.min(attempt, 10)),
      0.5,
      random,
    ),
  );
