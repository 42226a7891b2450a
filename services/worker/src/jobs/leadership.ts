import { randomUUID } from "node:crypto";
import {
  acquireLease,
  finishLease,
  LeaseLostError,
  renewLease,
  type Database,
  type WorkerLease,
} from "@waiter/database";

export interface Leadership {
  /** Whether this worker leads now; takes the lead over when it is free. */
  isLeader(): Promise<boolean>;
  /** Leaves the lead to another worker. */
  end(): Promise<void>;
}

/**
 * Makes one of all workers the leader of a work that is done all the time, such as a measurement:
 * the holder of a lease that it renews with each question. After its death another worker leads
 * within `ttlMs`.
 */
export function createLeadership(
  { database }: { readonly database: Pick<Database, "db"> },
  { name, ttlMs }: { readonly name: string; readonly ttlMs: number },
): Leadership {
  const holder = randomUUID();
  let lease: WorkerLease | undefined;
  return {
    async isLeader() {
      const held = lease;
      // A renewal that fails tells nothing about the lease: the next question acquires again.
      lease = undefined;
      lease =
        (held && (await renewed(database, held))) ??
        (await acquireLease(database.db, { name, holder, ttlMs, everyMs: 0 }));
      return lease !== undefined;
    },
    async end() {
      if (lease !== undefined) await finishLease(database.db, lease);
      lease = undefined;
    },
  };
}

async function renewed(
  { db }: Pick<Database, "db">,
  lease: WorkerLease,
): Promise<WorkerLease | undefined> {
  try {
    await renewLease(db, lease);
    return lease;
  } catch (error) {
    if (error instanceof LeaseLostError) return undefined;
    throw error;
  }
}
