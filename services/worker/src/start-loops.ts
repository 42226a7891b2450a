import { loop } from "@waiter/lifecycle";
import { forgetQueue, measureQueue } from "@waiter/queues";
import type { Context } from "./context.ts";
import { asLeader, type LeaderWork } from "./jobs/as-leader.ts";
import { deleteTenants } from "./jobs/delete-tenants.ts";
import { endDuty } from "./jobs/end-duty.ts";
import { keepLog } from "./jobs/keep-log.ts";
import { createLeadership } from "./jobs/leadership.ts";
import { measure } from "./jobs/measure.ts";
import { purgeOldDeliveries } from "./jobs/purge-deliveries.ts";
import { forgetOldRequests, moveRequests } from "./jobs/keep-history.ts";
import { purgeOldRows } from "./jobs/purge-old-rows.ts";
import { measureDeadlines } from "./jobs/measure-deadlines.ts";
import { sweepDeadlines } from "./jobs/sweep-deadlines.ts";
import { sweepDeliveries } from "./jobs/sweep-deliveries.ts";
import { jobs, noteRoundFailure } from "./jobs/work-failures.ts";

const measureMs = 5_000;
/** After the death of the measuring worker another one measures within this time. */
const measureLeadMs = 15_000;
const purgeMs = 3_600_000;
/** How often a worker asks for the lease of work that is due less often. */
const askMs = 60_000;
const moveMs = 600_000;
const dayMs = 86_400_000;
const deletionMs = 5_000;
const dutyMs = 10_000;

/**
 * The worker's loops. Each goes on through outages of Postgres and Redis, and any number of workers
 * may run them at once: what must happen once is decided in Postgres. Resolves when all have ended,
 * after the signal.
 */
export async function startLoops(context: Context, signal: AbortSignal): Promise<void> {
  const { config, relay, escalations, deliveries, metrics } = context;
  // From 0, so that Prometheus sees the first failure as an increase.
  for (const work of jobs) metrics.workFailures.inc({ work }, 0);
  const measuring = createLeadership(context, { name: "measure", ttlMs: measureLeadMs });
  const run = (name: string, intervalMs: number, round: () => Promise<unknown>) =>
    loop({ intervalMs, signal, run: round, onError: outage(context, name) });
  const leads = (askEveryMs: number, work: LeaderWork & { readonly name: (typeof jobs)[number] }) =>
    run(work.name, askEveryMs, async () => {
      try {
        await asLeader(context, work);
      } catch (err) {
        noteRoundFailure(context, work.name, err);
        throw err;
      }
    });
  await Promise.all([
    run("relay", config.RELAY_INTERVAL, () => relay.run()),
    sweep(context, signal),
    run("delivery sweeper", config.SWEEP_INTERVAL, () => sweepDeliveries(context, signal)),
    run("measure", measureMs, () => measure(context, measuring)),
    run("measure deadlines", measureMs, () =>
      measureDeadlines(context.relayDatabase.db, metrics, context.deadlines.lookBack.next()),
    ),
    run("measure queue", measureMs, async () => {
      for (const queue of [escalations, deliveries.queue])
        if (context.producerRedis.state === "ready") await measureQueue(queue, metrics);
        else forgetQueue(queue, metrics);
    }),
    leads(askMs, { name: "keep log", everyMs: askMs, work: () => keepLog(context) }),
    leads(askMs, {
      name: "purge old rows",
      everyMs: purgeMs,
      work: (lease) => purgeOldRows(context, lease, signal),
    }),
    leads(askMs, {
      name: "purge deliveries",
      everyMs: purgeMs,
      work: (lease) => purgeOldDeliveries(context, lease, signal),
    }),
    leads(askMs, {
      name: "move closed requests",
      everyMs: moveMs,
      work: (lease) => moveRequests(context, lease, signal),
    }),
    leads(askMs, {
      name: "erase old requests",
      everyMs: dayMs,
      work: (lease) => forgetOldRequests(context, lease, signal),
    }),
    leads(dutyMs, {
      name: "end duty",
      everyMs: dutyMs,
      work: (lease) => endDuty(context, lease, signal),
    }),
    leads(deletionMs, {
      name: "delete tenants",
      everyMs: deletionMs,
      work: (lease) => deleteTenants(context, lease, signal),
    }),
  ]);
  await measuring.end().catch(() => undefined);
}

/**
 * Looks for due deadlines at each wake-up, when the next known one is due, and at least once in
 * `SWEEP_INTERVAL`.
 */
async function sweep(context: Context, signal: AbortSignal): Promise<void> {
  const { wakeUps } = context.deadlines;
  let nextMs: number | undefined;
  await loop({
    intervalMs: context.config.SWEEP_INTERVAL,
    signal,
    run: async () => {
      nextMs = undefined;
      nextMs = await sweepDeadlines(context, signal);
    },
    sleep: (ms) => wakeUps.pause(Math.min(ms, nextMs ?? ms), signal),
    onError: outage(context, "sweeper"),
  });
}

/** One warning per loop and minute, since an outage fails every round. */
function outage({ logger }: Pick<Context, "logger">, name: string): (err: unknown) => void {
  let quietUntil = 0;
  return (err) => {
    const level = Date.now() < quietUntil ? "debug" : "warn";
    if (level === "warn") quietUntil = Date.now() + 60_000;
    logger[level]("worker loop failed, trying again", { loop: name, err });
  };
}
