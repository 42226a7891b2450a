import { escalationJobId, queueNames, type EscalationJob } from "@waiter/contracts";
import type { Logger } from "@waiter/logger";
import type { RedisConnection } from "@waiter/redis";
import type { JobsOptions, Queue } from "bullmq";
import { Batches } from "./batches.ts";
import { createQueue } from "./create-queue.ts";
import { createTelemetry } from "./defaults.ts";

/**
 * Schedules escalations. A job is only a wake-up: the deadline in Postgres decides, and the
 * worker's sweeper finds it when the job was lost, so a failure here delays an escalation by
 * seconds and loses none.
 */
export interface EscalationProducer {
  readonly queue: Queue<EscalationJob>;
  /** Never rejects, so it need not be awaited. Does nothing while Redis is away. */
  schedule(job: EscalationJob, delayMs: number): Promise<void>;
  close(): Promise<void>;
}

export interface EscalationProducerOptions {
  /** Role `producer`, on QUEUE_REDIS_URL. */
  readonly connection: Pick<RedisConnection, "client" | "state">;
  readonly logger: Logger;
}

export function createEscalationProducer({
  connection,
  logger,
}: EscalationProducerOptions): EscalationProducer {
  // A kept finished job would block the next one with its id: the same level again after a release.
  const queue = createQueue<EscalationJob>(queueNames.escalation, {
    connection,
    logger,
    jobs: { removeOnComplete: true },
  });
  const add = async (jobs: readonly NewJob[]): Promise<void> => {
    if (connection.state !== "ready") return;
    try {
      await queue.addBulk(jobs.map((job) => ({ ...job, name: "escalate" })));
    } catch (err) {
      logger.warn("queue refused escalations; the sweeper will fire them", {
        count: jobs.length,
        err,
      });
    }
  };
  const batches = new Batches(add, batchMs);
  const { contextManager } = createTelemetry();
  /** A batch holds jobs of several callers: each job carries the trace of its own. */
  const traceOfCaller = () => {
    const metadata = contextManager.getMetadata(contextManager.active());
    return metadata.includes("traceparent") ? { telemetry: { metadata } } : {};
  };
  return {
    queue,
    schedule: (job, delayMs) =>
      batches.add({
        data: job,
        opts: {
          jobId: escalationJobId(job),
          delay: Math.max(0, Math.ceil(delayMs)),
          ...traceOfCaller(),
        },
      }),
    close: async () => {
      await batches.flush();
      await queue.close();
    },
  };
}

/** How long jobs are collected for one command to Redis, ms: an escalation is due in seconds. */
const batchMs = 50;

interface NewJob {
  readonly data: EscalationJob;
  readonly opts: Pick<JobsOptions, "telemetry"> & {
    readonly jobId: string;
    readonly delay: number;
  };
}
