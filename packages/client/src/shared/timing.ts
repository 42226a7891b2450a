/** Every delay and limit of the SDK, in milliseconds. */
export interface Timing {
  /** Wait after a sequence gap before `sync` asks for the missing events. */
  readonly gapWaitMs: number;
  /** Shortest and longest back-off before a new connection; each is jittered by half. */
  readonly reconnectMinMs: number;
  readonly reconnectMaxMs: number;
  readonly connectTimeoutMs: number;
  /** A connection without a frame for `staleMs` is stale; the SDK probes it and waits `probeMs`. */
  readonly staleMs: number;
  readonly probeMs: number;
  /** Mean polling interval while no gateway is reachable. */
  readonly pollMs: number;
  /** Time-outs of a socket acknowledgement and of an HTTP call. */
  readonly ackMs: number;
  readonly httpMs: number;
  /** Age at which an unsent staff command is dropped. */
  readonly commandTtlMs: number;
  /** Age at which an unsent guest request is dropped. */
  readonly callTtlMs: number;
  /** Mean interval of a guest's periodic `sync` while a request is open. */
  readonly guestSyncMs: number;
  /** Shortest interval between two `seen` messages. */
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

/** Delay before attempt `attempt` (from 0): doubles, jittered by half, at most `reconnectMaxMs`. */
export const backoff = (attempt: number, timing: Timing, random: () => number): number =>
  Math.min(
    timing.reconnectMaxMs,
    jitter(
      Math.min(timing.reconnectMaxMs, timing.reconnectMinMs * 2 ** Math.min(attempt, 10)),
      0.5,
      random,
    ),
  );
