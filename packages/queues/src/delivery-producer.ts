import { deliveryJobId, queueNames, type DeliveryJob } from "@waiter/contracts";
import type { Logger } from "@waiter/logger";
import type { RedisConnection } from "@waiter/redis";
import type { Queue } from "bullmq";
import { createQueue } from "./create-queue.ts";

/** A delivery's job and the ms until it is due. */
export interface DueDelivery extends DeliveryJob {
  readonly delayMs: number;
}

/**
 * Hands ledger rows to their sender. A job is only a wake-up: the sweeper adds the job of a due row
 * again, so a failure here delays a delivery and loses none.
 */
export interface DeliveryProducer {
  readonly queue: Queue<DeliveryJob>;
  /**
   * Never rejects, so it need not be awaited. Does nothing while Redis is away. Resolves with false
   * where Redis is away or refuses: not all jobs were added.
   */
  add(due: readonly DueDelivery[]): Promise<boolean>;
  close(): Promise<void>;
}

export interface DeliveryProducerOptions {
  /** Role `producer`, on QUEUE_REDIS_URL. */
  readonly connection: Pick<RedisConnection, "client" | "state">;
  readonly logger: Logger;
}

export function createDeliveryProducer({
  connection,
  logger,
}: DeliveryProducerOptions): DeliveryProducer {
  // A job that ended is removed, also a failed one: the row says what became of it, and the sweeper
  // or a manager may add its id again.
  const queue = createQueue<DeliveryJob>(queueNames.deliveries, {
    connection,
    logger,
    jobs: { removeOnComplete: true, removeOnFail: true },
  });
  return {
    queue,
    add: async (due) => {
      if (due.length === 0) return true;
      if (connection.state !== "ready") return false;
      const jobs = due.map(({ delayMs, ...data }) => ({
        name: "deliver",
        data,
        opts: { jobId: deliveryJobId(data), delay: Math.max(0, Math.ceil(delayMs)) },
      }));
      try {
        await queue.addBulk(jobs);
        return true;
      } catch (err) {
        logger.warn("queue refused deliveries; the sweeper will add them", {
          count: due.length,
          err,
        });
        return false;
      }
    },
    close: () => queue.close(),
  };
}
