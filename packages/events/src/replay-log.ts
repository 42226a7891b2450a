import type { CommittedEvent, Head } from "@waiter/contracts";

/** What a replay log takes of an event. */
export type LoggedEvent = Pick<CommittedEvent, "tenantId" | "epoch" | "seq" | "envelope">;

/**
 * - `ok`: the envelopes (their very bytes) of exactly since+1, since+2, ..., head.
 * - `incomplete`: the log cannot promise that: another epoch, a hole, nothing there, `since` beyond its head or too far behind.
 */
export type ReplayAnswer =
  | { readonly status: "ok"; readonly events: string[]; readonly head: number }
  | { readonly status: "incomplete" };

/**
 * - `appended`: the log holds it now.
 * - `diverged`: it does, in the place of another event with the same epoch and number. Bytes of an event never change, so
 *   the database was restored to an earlier state: the tenant's epoch must change (`changeEpoch`).
 */
export type Appended = "appended" | "diverged";

/**
 * The recent events of each tenant, for clients that catch up. A hint: Postgres decides, and whatever is lost here is
 * read there. Any order, repetition or gap of `append` is fine; `read` says `ok` only when nothing is missing.
 */
export interface ReplayLog {
  /** Rejects when the log could not be reached; then it may hold the event or not. */
  append(event: LoggedEvent): Promise<Appended>;
  /** At most `max` (`replayLimits.behind`) events. */
  read(tenantId: string, epoch: string, since: number, max?: number): Promise<ReplayAnswer>;
  /** The newest event appended. */
  head(tenantId: string): Promise<Head | undefined>;
  /** Of those tenants that have one. */
  heads(tenantIds: readonly string[]): Promise<Map<string, Head>>;
  /** After a change of epoch: sets the head, even to a lower number, and drops the log of the epoch before. */
  replace(tenantId: string, head: Head, before: string): Promise<void>;
}

/** Sizes of a replay log. */
export interface ReplayLimits {
  /** Events kept per tenant. */
  readonly events: number;
  /** Bytes of envelopes kept per tenant. */
  readonly bytes: number;
  /** How long a log outlives its last event, ms. */
  readonly logTtlMs: number;
  /** How long a head does, ms: longer, because a head is what shows that a database was restored. */
  readonly headTtlMs: number;
  /** Who is further behind than this takes a snapshot instead. */
  readonly behind: number;
}

export const replayLimits: ReplayLimits = {
  events: 1_000,
  bytes: 256 * 1_024,
  logTtlMs: 3_600_000,
  headTtlMs: 7 * 86_400_000,
  behind: 200,
};
