import { waitForSchema } from "@waiter/database";
import type { Lifecycle } from "@waiter/lifecycle";
import type { Logger } from "@waiter/logger";
import { startTelemetry } from "@waiter/telemetry";
import type { WorkerConfig } from "./config.ts";
import { createContext } from "./context.ts";
import { startEscalationWorker } from "./jobs/process-escalations.ts";
import { listenOps } from "./listen-ops.ts";
import { startLoops } from "./start-loops.ts";
import { version } from "./version.ts";

/** What closing everything else may take, once the jobs are done. */
const closingMs = 5_000;

/** Starts the worker; it is ready once the database has this release's schema. Redis may be away. */
export async function startWorker(
  config: WorkerConfig,
  lifecycle: Lifecycle,
  logger: Logger,
): Promise<void> {
  const telemetry = startTelemetry({
    service: "waiter-worker",
    version,
    endpoint: config.OTEL_EXPORTER_OTLP_ENDPOINT,
    sampleRatio: config.OTEL_TRACES_SAMPLER_ARG,
  });
  await telemetry.started;
  lifecycle.defer("telemetry", () => telemetry.shutdown());
  const context = createContext(config, lifecycle, logger);
  await listenOps(context, lifecycle);
  await waitForSchema({ db: context.database.db, signal: lifecycle.signal, logger });

  const jobs = startEscalationWorker(context);
  const loops = startLoops(context, lifecycle.signal);
  lifecycle.onDrain("jobs", () =>
    jobs.close(Math.max(1_000, config.SHUTDOWN_DEADLINE - closingMs)),
  );
  lifecycle.onDrain("loops", () => loops);
  lifecycle.onDrain("publisher", () => context.publisher.drain());
  lifecycle.markReady();
  logger.info("ready", { concurrency: config.WORKER_CONCURRENCY });
}
