import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import {
  claimConsumer,
  commitConsumer,
  readLog,
  type ConsumerClaim,
  type LoggedEvent,
  type RelayDatabase,
} from "@waiter/database";

/** An event as a consumer gets it: `envelope` is the JSON that every client received. */
export type ConsumedEvent = Omit<LoggedEvent, "envelope"> & { readonly envelope: string };

export interface FollowOptions {
  readonly database: Pick<RelayDatabase, "db">;
  /** The consumer's name, which keeps its cursor: `^[a-z][a-z0-9_-]{0,62}$`. */
  readonly name: string;
  /** Handles a page. The cursor moves when it resolves; when it rejects, the page comes again. */
  readonly handle: (events: readonly ConsumedEvent[]) => Promise<void>;
  readonly signal: AbortSignal;
  /** Whether a new consumer begins with the oldest event instead of the next one. */
  readonly fromStart?: boolean;
  /** Ends at the end of the log instead of waiting for more. */
  readonly once?: boolean;
  /** Events per page, about. */
  readonly page?: number;
  /** Longest time to handle a page, ms; then another process may take over. */
  readonly ttlMs?: number;
  /** Pause at the end of the log, and before another process' consumer is asked for again, ms. */
  readonly pauseMs?: number;
  /** Of this process. */
  readonly holder?: string;
}

/** Events that the consumer had not handled were deleted: someone must reset or forget it. */
export class ConsumerLostError extends Error {
  constructor(name: string) {
    super(`the consumer ${name} was lost: events that it had not handled were deleted. Reset it`);
    this.name = "ConsumerLostError";
  }
}

/** Another process reads for this consumer. */
export class ConsumerHeldError extends Error {
  constructor(name: string) {
    super(`another process reads for the consumer ${name}`);
    this.name = "ConsumerHeldError";
  }
}

/**
 * Reads the events of all tenants for a named consumer, until the signal. At least once: a page
 * whose cursor was not stored, because the process died or lost its claim, comes again; the
 * event's id tells. A tenant's events come in the order of `seq`, and no event appears later behind
 * those that were handled.
 *
 * One process per consumer reads; others wait, or with `once` throw {@link ConsumerHeldError}.
 * Retention keeps what the consumer has not handled, up to EVENT_CONSUMER_WAIT.
 */
export async function followEvents(options: FollowOptions): Promise<void> {
  const { name, signal, once = false, pauseMs = 1_000 } = options;
  const holder = options.holder ?? randomUUID();
  while (!signal.aborted) {
    const claim = await claimFor(options, holder);
    if (claim?.lostAt !== undefined) throw new ConsumerLostError(name);
    if (claim === undefined && once) throw new ConsumerHeldError(name);
    if (claim !== undefined)
      await readWhileHeld(options, claim).finally(() => release(options, claim));
    if (once) return;
    await sleep(pauseMs, undefined, { signal }).catch(() => undefined);
  }
}

const claimFor = (
  { database, name, ttlMs = 60_000, fromStart }: FollowOptions,
  holder: string,
): Promise<ConsumerClaim | undefined> =>
  claimConsumer(database.db, { name, holder, ttlMs, fromStart });

/** Ends the hold, so that another process need not wait for its end. */
async function release({ database }: FollowOptions, claim: ConsumerClaim): Promise<void> {
  await commitConsumer(database.db, { ...claim, ttlMs: 0 }, 0).catch(() => false);
}

/** Reads page by page to the end of the log, or until another process holds the consumer. */
async function readWhileHeld(
  { database, name, handle, signal, page = 500 }: FollowOptions,
  claim: ConsumerClaim,
): Promise<void> {
  for (;;) {
    const events = await readLog(database.db, name, page);
    const last = events.at(-1);
    if (last === undefined || signal.aborted) return;
    // Those of a deleted tenant have no envelope.
    const whole = events.flatMap(({ envelope, ...event }) =>
      envelope === null ? [] : [{ ...event, envelope }],
    );
    if (whole.length > 0) await handle(whole);
    if (!(await commitConsumer(database.db, claim, last.position))) return;
  }
}
