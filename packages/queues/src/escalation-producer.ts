import { escalationJobId, queueNames, type EscalationJob } from "@waiter/contracts";
import type { Logger } from "@waiter/logger";
import type { RedisConnection } from "@waiter/redis";
import type { Queue } from "bullmq";
import { createQueue } from "./create-queue.ts";

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
  return {
    queue,
    schedule: async (job, delayMs) => {
      if (connection.state !== "ready") return;
      try {
        await queue.add("escalate", job, {
          jobId: escalationJobId(job),
          delay: Math.max(0, Math.ceil(delayMs)),
        });
      } catch (err) {
        logger.warn("queue refused an escalation; the sweeper will fire it", {
          tenant: job.tenantId,
          err,
        });
      }
    },
    close: () => queue.close(),
  };
}
