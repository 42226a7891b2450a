import { purgeEvents, purgeStaffSessions } from "@waiter/database";
import { loop } from "@waiter/lifecycle";
import { forgetQueue, measureQueue } from "@waiter/queues";
import { purgeAnswers } from "@waiter/requests";
import type { Context } from "./context.ts";
import { purgeTenants, type Purge } from "./jobs/purge-tenants.ts";
import { sweepDeadlines } from "./jobs/sweep-deadlines.ts";

const measureMs = 5_000;
const purgeMs = 3_600_000;

/**
 * The worker's loops. Each goes on through outages of Postgres and Redis, and any number of workers
 * may run them at once: what must happen once is decided in Postgres. Resolves when all have ended,
 * after the signal.
 */
export async function startLoops(context: Context, signal: AbortSignal): Promise<void> {
  const { config, relay, escalations, metrics } = context;
  const run = (name: string, intervalMs: number, round: () => Promise<unknown>) =>
    loop({ name, intervalMs, signal, run: round, onError: outage(context, name) });
  const purges = (what: string, purge: Purge) =>
    run(`purge ${what}`, purgeMs, () => purgeTenants(context, { what, purge, signal }));
  await Promise.all([
    run("relay", config.RELAY_INTERVAL, () => relay.run()),
    run("sweeper", config.SWEEP_INTERVAL, () => sweepDeadlines(context, signal)),
    run("measure outbox", measureMs, () => relay.measure()),
    run("measure queue", measureMs, async () => {
      if (context.producerRedis.state !== "ready") forgetQueue(metrics);
      else await measureQueue(escalations.queue, metrics);
    }),
    purges("answers", purgeAnswers),
    purges("events", (tx, { atMost }) =>
      purgeEvents(tx, { olderThanMs: config.EVENT_RETENTION, atMost }),
    ),
    purges("sessions", purgeStaffSessions),
  ]);
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
