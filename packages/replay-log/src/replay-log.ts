import type { CommittedEvent, Head } from "@waiter/contracts";
import type { ShardedMessage } from "@waiter/emitter-bridge";

/** The parts of an event that a replay log stores. */
export type LoggedEvent = Pick<CommittedEvent, "tenantId" | "epoch" | "seq" | "envelope">;

/**
 * - `ok`: the envelopes, byte for byte, of exactly since+1, since+2, ..., head.
 * - `incomplete`: the log cannot guarantee that: another epoch, a hole, an empty log, `since`
 *   beyond its head or too far behind.
 */
export type ReplayAnswer =
  | { readonly status: "ok"; readonly events: string[]; readonly head: number }
  | { readonly status: "incomplete" };

/**
 * - `appended`: the log holds the event.
 * - `diverged`: the log holds the event and dropped another one with the same epoch and number.
 *   Bytes of an event never change, so the database was restored to an earlier state: the tenant's
 *   epoch must change.
 */
export type Appended = "appended" | "diverged";

/**
 * The recent events of each tenant, for clients that catch up. A hint: Postgres decides, and events
 * lost here are read there. `append` accepts any order, repetition or gap; `read` answers `ok` only
 * when nothing is missing.
 */
export interface ReplayLog {
  /**
   * Publishes the messages, to channels in the tenant's slot, and appends the event, sent together.
   * Rejects when a message or the event was lost; then the log may or may not hold the event. A log
   * that refuses to write has published the messages.
   */
  append(event: LoggedEvent, messages?: readonly ShardedMessage[]): Promise<Appended>;
  /** At most `max` (`replayLimits.behind`) events. */
  read(tenantId: string, epoch: string, since: number, max?: number): Promise<ReplayAnswer>;
  /** The newest event appended. */
  head(tenantId: string): Promise<Head | undefined>;
  /** Heads by tenant id; tenants without a head are left out. */
  heads(tenantIds: readonly string[]): Promise<Map<string, Head>>;
  /**
   * After a change of epoch: sets the head, even to a lower number, and drops the log of epoch
   * `before`.
   */
  replace(tenantId: string, head: Head, before: string): Promise<void>;
}

/** Sizes of a replay log. */
export interface ReplayLimits {
  /** Events kept per tenant; a log may hold a sixteenth more. */
  readonly events: number;
  /** Bytes of envelopes kept per tenant. */
  readonly bytes: number;
  /** Time to live of a log after its last event, ms; up to a tenth less. */
  readonly logTtlMs: number;
  /** Time to live of a head, ms: longer, because a head reveals that a database was restored. */
  readonly headTtlMs: number;
  /** Most events that a reader may be behind; beyond it the answer is `incomplete`. */
  readonly behind: number;
}

export const replayLimits: ReplayLimits = {
  events: 200,
  bytes: 256 * 1_024,
  logTtlMs: 3_600_000,
  headTtlMs: 7 * 86_400_000,
  behind: 200,
};
