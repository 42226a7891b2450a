import { queuePrefix, type QueueName } from "@waiter/contracts";
import { TimeoutError, withTimeout } from "@waiter/lifecycle";
import type { Logger } from "@waiter/logger";
import type { RedisConnection } from "@waiter/redis";
import { DelayedError, UnrecoverableError, Worker, type Job } from "bullmq";
import type { z } from "zod";
import { createTelemetry } from "./defaults.ts";

/**
 * The outcome of a job: done, with what the job returns to its producer, or again after a pause
 * (which costs no attempt).
 */
export type JobOutcome =
  | { readonly status: "done"; readonly result?: unknown }
  | { readonly status: "later"; readonly inMs: number };

export interface WorkerOptions<Data> {
  /** Role `queue`: blocking commands wait for as long as it takes. */
  readonly connection: Pick<RedisConnection, "client">;
  /** Jobs run at once. */
  readonly concurrency: number;
  /** Parses a job's data; invalid data fails permanently. */
  readonly schema: z.ZodType<Data>;
  /**
   * Must be idempotent: a job whose worker stalled runs again. A rejection is retried with a
   * growing pause.
   */
  readonly process: (data: Data) => Promise<JobOutcome>;
  /** Whether running a failed job again may help. Default: yes. */
  readonly isRetryable?: (error: unknown) => boolean;
  readonly logger: Logger;
}

export interface QueueWorker {
  /**
   * Takes no new job and waits for running ones, at most `timeoutMs`; an interrupted job runs again
   * elsewhere.
   */
  close(timeoutMs: number): Promise<void>;
}

/**
 * ms that a worker waits after its connection broke for good. BullMQ's 15 s would hold an
 * escalation back for one fail-over of a Cluster.
 */
const brokenPauseMs = 1_000;

/** Runs a queue's jobs until it is closed, through any outage of Redis. */
export function createWorker<Data>(name: QueueName, options: WorkerOptions<Data>): QueueWorker {
  const { connection, concurrency, logger } = options;
  const worker = new Worker<Data>(name, (job, token) => runJob(job, token, options), {
    connection: connection.client,
    prefix: queuePrefix(name),
    concurrency,
    telemetry: createTelemetry(),
    runRetryDelay: brokenPauseMs,
  });
  worker.on("error", (err) => logger.debug("queue worker error", { queue: name, err }));
  worker.on("failed", (job, err) =>
    logger.warn("job failed", { queue: name, job: job?.id, attempt: job?.attemptsMade, err }),
  );
  return {
    close: async (timeoutMs) => {
      try {
        await withTimeout(worker.close(), timeoutMs);
      } catch (error) {
        if (!(error instanceof TimeoutError)) throw error;
        logger.warn("stop interrupted running jobs", { queue: name, timeoutMs });
      }
    },
  };
}

async function runJob<Data>(
  job: Job<Data>,
  token: string | undefined,
  { schema, process, isRetryable = () => true }: WorkerOptions<Data>,
): Promise<unknown> {
  const parsed = schema.safeParse(job.data);
  if (!parsed.success)
    throw new UnrecoverableError(`the job's data does not fit: ${parsed.error.message}`);
  const outcome = await process(parsed.data).catch((error: unknown) => {
    throw isRetryable(error)
      ? error
      : new UnrecoverableError(error instanceof Error ? error.message : String(error));
  });
  if (outcome.status === "done") return outcome.result;
  await job.moveToDelayed(Date.now() + outcome.inMs, token);
  throw new DelayedError();
}
