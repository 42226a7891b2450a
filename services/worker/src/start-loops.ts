import { loop } from "@waiter/lifecycle";
import { measureQueue } from "@waiter/queues";
import { purgeAnswers } from "@waiter/requests";
import type { WorkerContext } from "./context.ts";
import { measurePool } from "./jobs/measure-pool.ts";
import { purgeOldEvents } from "./jobs/purge-old-events.ts";
import { purgeSessions } from "./jobs/purge-sessions.ts";
import { sweepDeadlines } from "./jobs/sweep-deadlines.ts";

const measureMs = 5_000;
const purgeMs = 3_600_000;

/**
 * The worker's loops. Each goes on through outages of Postgres and Redis, and any number of workers may run them at once:
 * what must happen once is decided in Postgres. Resolves when all have ended, after the signal.
 */
export async function startLoops(context: WorkerContext, signal: AbortSignal): Promise<void> {
  const { config, database, relay, escalations, metrics } = context;
  const run = (name: string, intervalMs: number, round: () => Promise<unknown>) =>
    loop({ name, intervalMs, signal, run: round, onError: outage(context, name) });
  await Promise.all([
    run("relay", config.RELAY_INTERVAL, () => relay.run()),
    run("sweeper", config.SWEEP_INTERVAL, () => sweepDeadlines(context, signal)),
    run("measure outbox", measureMs, () => relay.measure()),
    run("measure queue", measureMs, async () => {
      if (context.producerRedis.state === "ready") await measureQueue(escalations.queue, metrics);
    }),
    run("measure pool", measureMs, async () => measurePool(database, metrics)),
    run("purge answers", purgeMs, () => purgeAnswers(database)),
    run("purge events", purgeMs, () => purgeOldEvents(context, signal)),
    run("purge sessions", purgeMs, () => purgeSessions(database)),
  ]);
}

/** One warning per loop and minute: an outage fails every round. */
function outage({ logger }: Pick<WorkerContext, "logger">, name: string): (err: unknown) => void {
  let quietUntil = 0;
  return (err) => {
    const level = Date.now() < quietUntil ? "debug" : "warn";
    if (level === "warn") quietUntil = Date.now() + 60_000;
    logger[level]("a round failed", { loop: name, err });
  };
}
