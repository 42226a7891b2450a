import { queuePrefix, type QueueName } from "@waiter/contracts";
import type { Logger } from "@waiter/logger";
import type { RedisConnection } from "@waiter/redis";
import { Queue, type DefaultJobOptions } from "bullmq";
import { createTelemetry, jobDefaults } from "./defaults.ts";

export interface QueueOptions {
  /** Role `producer`: what cannot be added at once is an error at once. */
  readonly connection: Pick<RedisConnection, "client">;
  readonly logger: Logger;
  readonly jobs?: DefaultJobOptions;
}

/**
 * A queue to add jobs to and to measure. The prefix carries the hash tag, so that all its keys
 * share a slot of a Redis Cluster.
 */
export function createQueue<Data>(
  name: QueueName,
  { connection, logger, jobs }: QueueOptions,
): Queue<Data> {
  const queue = new Queue<Data>(name, {
    connection: connection.client,
    prefix: queuePrefix(name),
    // Its start then asks Redis nothing: one that failed there would fail for good. The connection
    // checks the version itself.
    skipWaitingForReady: true,
    skipVersionCheck: true,
    skipMetasUpdate: true,
    defaultJobOptions: { ...jobDefaults, ...jobs },
    telemetry: createTelemetry(),
  });
  // Unheard, an error event ends the process; outages are the connection's to report.
  queue.on("error", (err) => logger.debug("queue error", { queue: name, err }));
  return queue;
}
