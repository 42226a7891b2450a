import { setTimeout as sleep } from "node:timers/promises";
import {
  renewLease,
  sqlStateOf,
  tenantsWithClosedRequests,
  tenantsWithOldRequests,
  type WorkerLease,
} from "@waiter/database";
import {
  dropOldestMonth,
  eraseOldNotes,
  makeHistory,
  moveClosedRequests,
  purgeRequests,
} from "@waiter/requests";
import type { Context } from "../context.ts";
import { inPages, type Pages } from "./in-pages.ts";

type Deps = Pick<Context, "database" | "logger" | "metrics" | "config">;
/** Rows of one transaction: short, because moving shares the disk with requests. */
const page = 1_000;
/** Months of the history that are made ahead. */
const monthsAhead = 2;

/**
 * Makes the next months' partitions of the history and moves requests that were closed an hour ago,
 * where that is turned on. A tenant where it fails waits for the next round. Resolves with false
 * when the signal interrupted it.
 */
export async function moveRequests(
  context: Deps,
  lease: WorkerLease,
  signal: AbortSignal,
): Promise<boolean> {
  const { database, logger, config } = context;
  await makeHistory(database.db, { monthsAhead });
  if (!config.MOVE_CLOSED_REQUESTS) return true;
  let moved = 0;
  for await (const tenants of tenantsWithClosedRequests(database.db))
    for (const tenantId of tenants)
      moved += await inPages(
        { ...context, lease, signal },
        { tenantId, what: "move closed requests", page, work: moveClosedRequests },
      );
  if (moved > 0) logger.info("worker moved closed requests to the history", { moved });
  return !signal.aborted;
}

/** Further tries where a lock was not free in time, for two minutes. */
const furtherTries = { atMost: 12, pauseMs: 10_000 };

/**
 * Drops months of the history that are beyond their retention, deletes the other requests beyond
 * it, and erases old notes and guest sessions. A tenant whose rows are locked is tried again after
 * the others; one where it fails waits for the next round. Resolves with false when the signal
 * interrupted it.
 */
export async function forgetOldRequests(
  context: Deps,
  lease: WorkerLease,
  signal: AbortSignal,
  tries = furtherTries,
): Promise<boolean> {
  const { database, logger, config } = context;
  const { NOTE_RETENTION: personalForMs, REQUEST_RETENTION: keptMs } = config;
  const counts = { erased: 0, deleted: 0 };
  // First, so that the rows of a whole month are not deleted one by one.
  const dropped = await dropMonths({ database, lease, signal }, keptMs);
  const forget = async (tenantId: string, later?: Set<string>): Promise<void> => {
    const pages = (what: string, work: Pages["work"]) =>
      inPages({ ...context, lease, signal }, { tenantId, what, page, work, later });
    counts.deleted += await pages("delete old requests", (tx, { atMost }) =>
      purgeRequests(tx, { olderThanMs: keptMs, atMost }),
    );
    counts.erased += await pages("erase old notes", (tx, { atMost }) =>
      eraseOldNotes(tx, { olderThanMs: personalForMs, atMost }),
    );
  };
  let left = new Set<string>();
  for await (const tenants of tenantsWithOldRequests(database.db, { personalForMs, keptMs }))
    for (const tenantId of tenants) await forget(tenantId, left);
  for (let count = 1; count <= tries.atMost && left.size > 0 && !signal.aborted; count += 1) {
    await sleep(tries.pauseMs, undefined, { signal }).catch(() => undefined);
    const again = left;
    left = new Set();
    for (const tenantId of again) {
      // A page that fails undoes its renewal.
      await renewLease(database.db, lease);
      await forget(tenantId, count < tries.atMost ? left : undefined);
    }
  }
  if (counts.erased + counts.deleted + dropped.length > 0)
    logger.info("worker erased old requests", { ...counts, dropped });
  return !signal.aborted;
}

/** Tries at most, and the pause between them, ms. */
const drops = { attempts: 30, pauseMs: 2_000 };
/** SQLSTATE of a lock that was not free in time. */
const lockNotAvailable = "55P03";

/**
 * Drops months of the history. The table's lock is asked for only for a moment, because everything
 * else waits behind it; a month whose readers keep it busy is left to the next day.
 */
async function dropMonths(
  { database, lease, signal }: Pick<Deps, "database"> & { lease: WorkerLease; signal: AbortSignal },
  keptMs: number,
): Promise<string[]> {
  const dropped: string[] = [];
  for (let attempt = 1; attempt <= drops.attempts && !signal.aborted;)
    try {
      await renewLease(database.db, lease);
      const month = await dropOldestMonth(database.db, { olderThanMs: keptMs });
      if (month === undefined) break;
      dropped.push(month);
    } catch (error) {
      if (sqlStateOf(error) !== lockNotAvailable) throw error;
      attempt += 1;
      await sleep(drops.pauseMs, undefined, { signal }).catch(() => undefined);
    }
  return dropped;
}
