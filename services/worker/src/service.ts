import { createServer } from "node:http";
import { waitForSchema } from "@waiter/database";
import { closeServer, listen, type Lifecycle } from "@waiter/lifecycle";
import type { Logger } from "@waiter/logger";
import { createApp } from "./app.ts";
import type { WorkerConfig } from "./config.ts";
import { createContext, type Context, type Overrides } from "./context.ts";
import { startDeliveryWorkers } from "./deliveries/process-deliveries.ts";
import { startEscalationWorker } from "./jobs/process-escalations.ts";
import { startLoops } from "./start-loops.ts";

/** What closing everything else may take once the jobs are done, ms. */
const closingMs = 5_000;

/**
 * Starts the worker: ops routes first, then jobs and loops once the database has this release's
 * schema, then ready. An outage of Redis does not delay the start. A stop finishes running jobs,
 * the round of each loop and the publisher's queue.
 */
export async function startWorker(
  config: WorkerConfig,
  lifecycle: Lifecycle,
  logger: Logger,
  overrides: Overrides = {},
): Promise<{ readonly context: Context; readonly port: number }> {
  const context = createContext(config, lifecycle, logger, overrides);
  const server = createServer(await createApp(context, lifecycle));
  const port = await listen(server, config.PORT, config.HOST);
  lifecycle.defer("http server", () => closeServer(server));
  await waitForSchema({ db: context.database.db, signal: lifecycle.signal, logger });

  const jobs = [startEscalationWorker(context), ...startDeliveryWorkers(context)];
  const loops = startLoops(context, lifecycle.signal);
  lifecycle.onDrain("jobs", async () => {
    const timeoutMs = Math.max(1_000, config.SHUTDOWN_DEADLINE - closingMs);
    await Promise.all(jobs.map((queue) => queue.close(timeoutMs)));
  });
  lifecycle.onDrain("loops", () => loops);
  lifecycle.onDrain("publisher", () => context.publisher.drain());
  lifecycle.markReady();
  logger.info("ready", { port, concurrency: config.WORKER_CONCURRENCY });
  return { context, port };
}
