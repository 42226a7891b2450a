import { setTimeout as sleep } from "node:timers/promises";
import type pg from "pg";

/** The worker's jobs of retention, by the names of their leases. */
const jobs = ["move closed requests", "erase old requests", "purge old rows", "purge deliveries"];
const ofJobs = `worker_lease where name in ('${jobs.join("', '")}')`;
/** A worker asks for each job once in a minute. */
const startsWithinMs = 90_000;
const pollMs = 50;

/** Nothing is due until {@link awaitPass}. */
export const holdPasses = async (admin: pg.Client): Promise<void> => {
  for (const end = Date.now() + startsWithinMs; ; await sleep(pollMs)) {
    // A worker that has just begun finishes its round first.
    const { rowCount } = await admin.query(`update worker_lease set done_at = 'infinity'
      where name in ('${jobs.join("', '")}') and done_at is not null and expires_at <= now()`);
    if (rowCount === jobs.length) return;
    if (Date.now() > end) throw new Error("the worker does not finish its first round");
  }
};

/**
 * Makes all jobs due and waits until the worker has done them all, at its own times, and its relay
 * has published what was left behind. Returns when the first began and the last ended,
 * `performance.now()`.
 */
export async function awaitPass(
  admin: pg.Client,
  { atMostMs, onStart }: { readonly atMostMs: number; readonly onStart: () => Promise<void> },
): Promise<{ readonly from: number; readonly to: number }> {
  await admin.query(`update worker_lease set done_at = null
    where name in ('${jobs.join("', '")}')`);
  let from: number | undefined;
  for (const end = performance.now() + atMostMs; ; await sleep(pollMs)) {
    const { rows } = await admin.query<{ held: number; done: number; left: boolean }>(
      `select count(*) filter (where expires_at > clock_timestamp())::integer as held,
         count(done_at)::integer as done,
         exists (select from outbox where created_at < now() - interval '1 second') as left
       from ${ofJobs}`,
    );
    const { held = 0, done = 0, left = true } = rows[0] ?? {};
    if (from === undefined && held + done > 0) {
      from = performance.now();
      await onStart();
    }
    if (done === jobs.length && !left)
      return { from: from ?? performance.now(), to: performance.now() };
    if (performance.now() > end) {
      const { rows: left } = await admin.query(`select name, done_at, expires_at from ${ofJobs}`);
      throw new Error(`the worker does not finish its jobs: ${JSON.stringify(left)}`);
    }
  }
}
