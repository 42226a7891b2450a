import { randomUUID } from "node:crypto";
import {
  acquireLease,
  finishLease,
  LeaseLostError,
  type Database,
  type WorkerLease,
} from "@waiter/database";
import type { Logger } from "@waiter/logger";

/** Of this process, in the rows of leases. */
const holder = randomUUID();
/**
 * Each batch renews. Longer than a batch and its wait for a turn (see `inTurn`): each of the three
 * other works of retention has one batch before it at most, within `DB_TRANSACTION_TIMEOUT`, 10 s.
 */
const ttlMs = 60_000;

export interface LeaderWork {
  readonly name: string;
  /** Pause after the work was finished, by whichever worker, ms. */
  readonly everyMs: number;
  /** Renews the lease in each of its batches. Resolves with false when it was interrupted. */
  readonly work: (lease: WorkerLease) => Promise<boolean>;
}

/**
 * Does the work if it is due and no other worker does it. A lease lost meanwhile ends it quietly.
 */
export async function asLeader(
  { database, logger }: { readonly database: Pick<Database, "db">; readonly logger: Logger },
  { name, everyMs, work }: LeaderWork,
): Promise<void> {
  const lease = await acquireLease(database.db, { name, holder, ttlMs, everyMs });
  if (lease === undefined) return;
  try {
    if (await work(lease)) await finishLease(database.db, lease);
  } catch (error) {
    if (!(error instanceof LeaseLostError)) throw error;
    logger.info("another worker took over", { work: name });
  }
}
