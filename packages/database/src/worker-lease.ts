import { sql, type Kysely } from "kysely";
import { interval } from "./interval.ts";

/** The right to do a piece of work, until another worker holds a higher fence. */
export interface WorkerLease {
  readonly name: string;
  readonly fence: string;
  readonly ttlMs: number;
}

export interface LeaseRequest {
  readonly name: string;
  /** Of this process. */
  readonly holder: string;
  /** How long the lease lasts without a renewal, ms. */
  readonly ttlMs: number;
  /** Pause after the work was finished, by whichever worker, ms. */
  readonly everyMs: number;
}

/** Another worker holds the lease: this one must change nothing more. */
export class LeaseLostError extends Error {
  constructor(name: string) {
    super(`another worker holds the lease ${name}`);
    this.name = "LeaseLostError";
  }
}

type Db = Pick<Kysely<unknown>, "getExecutor">;

/**
 * The lease, or undefined: another worker holds it, or the work was finished less than `everyMs`
 * ago.
 */
export async function acquireLease(
  db: Db,
  { name, holder, ttlMs, everyMs }: LeaseRequest,
): Promise<WorkerLease | undefined> {
  const { rows } = await sql<{ fence: string | null }>`
    select acquire_worker_lease(${name}, ${holder}::uuid, ${interval(ttlMs)}, ${interval(everyMs)})::text as fence`.execute(
    db,
  );
  const fence = rows[0]?.fence ?? undefined;
  return fence === undefined ? undefined : { name, fence, ttlMs };
}

/**
 * Prolongs the lease and keeps it until the end of the transaction: call it first in each batch.
 *
 * @throws {LeaseLostError} when another worker holds it.
 */
export async function renewLease(tx: Db, { name, fence, ttlMs }: WorkerLease): Promise<void> {
  const { rows } = await sql<{ held: boolean }>`
    select renew_worker_lease(${name}, ${fence}::bigint, ${interval(ttlMs)}) as held`.execute(tx);
  if (rows[0]?.held !== true) throw new LeaseLostError(name);
}

/** Ends the lease; the work is due again after `everyMs`. */
export async function finishLease(db: Db, { name, fence }: WorkerLease): Promise<void> {
  await sql`select finish_worker_lease(${name}, ${fence}::bigint)`.execute(db);
}
