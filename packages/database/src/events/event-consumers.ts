import { sql, type Kysely } from "kysely";
import { interval } from "../interval.ts";

type Db = Pick<Kysely<unknown>, "getExecutor">;

/** The right of one process to read for a named consumer, until another holds a higher fence. */
export interface ConsumerClaim {
  readonly name: string;
  readonly fence: number;
  /** How long the right lasts without a commit, ms. */
  readonly ttlMs: number;
  /** Events that the consumer had not handled were deleted: it must be reset. */
  readonly lostAt: Date | undefined;
}

export interface ClaimRequest {
  readonly name: string;
  /** Of this process: a UUID. */
  readonly holder: string;
  readonly ttlMs: number;
  /** A new consumer begins with the oldest event instead of the next one. */
  readonly fromStart?: boolean | undefined;
}

/** One event of the log of all tenants. */
export interface LoggedEvent {
  readonly position: number;
  readonly tenantId: string;
  readonly seq: number;
  /** Of the event: the same whenever it is read again. */
  readonly id: string;
  /** The envelope as JSON; null where the tenant was deleted. */
  readonly envelope: string | null;
}

export interface ConsumerState {
  readonly name: string;
  /** Position up to which everything is handled. */
  readonly handled: number;
  /** Age of the oldest event that is not handled, s; 0 at the end of the log. */
  readonly behindSeconds: number;
  readonly lostAt: Date | null;
}

/** Claims a consumer, new ones included; undefined while another process holds it. */
export async function claimConsumer(
  db: Db,
  { name, holder, ttlMs, fromStart = false }: ClaimRequest,
): Promise<ConsumerClaim | undefined> {
  const { rows } = await sql<{ fence: number; lostAt: Date | null }>`
    select held_fence as fence, lost as "lostAt"
    from claim_event_consumer(${name}, ${holder}::uuid, ${interval(ttlMs)}, ${fromStart})`.execute(
    db,
  );
  const [row] = rows;
  return row && { name, ttlMs, fence: row.fence, lostAt: row.lostAt ?? undefined };
}

/**
 * The events after the consumer's cursor, the oldest first, about `atMost`; a tenant's in the order
 * of seq. Only whole positions, below every running transaction, so that no event appears later
 * among those read. While an api of a release before the positions writes, two events of one tenant
 * may be exchanged.
 */
export async function readLog(db: Db, name: string, atMost: number): Promise<LoggedEvent[]> {
  const { rows } = await sql<LoggedEvent>`
    select log_position as position, tenant_id as "tenantId", seq, id, envelope
    from read_event_log(${name}, ${atMost}::integer)
    order by log_position, tenant_id, seq`.execute(db);
  return rows;
}

/**
 * Moves the cursor and prolongs the claim. False: another process holds the consumer, or it was
 * marked lost, and nothing changed.
 */
export const commitConsumer = (
  db: Db,
  { name, fence, ttlMs }: ConsumerClaim,
  upTo: number,
): Promise<boolean> =>
  done(
    sql`select commit_event_consumer(
      ${name}, ${fence}::bigint, ${upTo}::bigint, ${interval(ttlMs)}) as done`,
    db,
  );

/** Begins again, at the end of the log or with the oldest event. False for an unknown name. */
export const resetConsumer = (
  db: Db,
  name: string,
  { fromStart = false }: { readonly fromStart?: boolean | undefined } = {},
): Promise<boolean> => done(sql`select reset_event_consumer(${name}, ${fromStart}) as done`, db);

/** Deletes a consumer: retention waits for it no more. False for an unknown name. */
export const forgetConsumer = (db: Db, name: string): Promise<boolean> =>
  done(sql`select forget_event_consumer(${name}) as done`, db);

/** Every consumer, by name. */
export async function listConsumers(db: Db): Promise<ConsumerState[]> {
  const { rows } = await sql<ConsumerState>`
    select name, handled, behind_s as "behindSeconds", lost as "lostAt"
    from event_consumers()`.execute(db);
  return rows;
}

/**
 * Marks consumers lost whose oldest unhandled event is older than that, in ms: retention waits for
 * them no more. Resolves with their names.
 */
export async function loseConsumers(db: Db, olderThanMs: number): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    select lose_event_consumers(${interval(olderThanMs)}) as name`.execute(db);
  return rows.map(({ name }) => name);
}

async function done(query: ReturnType<typeof sql>, db: Db): Promise<boolean> {
  const { rows } = await (query as ReturnType<typeof sql<{ done: boolean }>>).execute(db);
  return rows[0]?.done === true;
}
