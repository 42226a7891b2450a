import { queuePrefix, type QueueName } from "@waiter/contracts";
import type { Logger } from "@waiter/logger";
import type { RedisConnection } from "@waiter/redis";
import { Queue, type DefaultJobOptions } from "bullmq";
import { createTelemetry, jobDefaults } from "./defaults.ts";

export interface QueueOptions {
  /** Role `producer`: a job that cannot be added at once is an error. */
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
    // Without these the start of a queue sends commands, and a failure there is permanent. The
    // connection checks the version.
    skipWaitingForReady: true,
    skipVersionCheck: true,
    skipMetasUpdate: true,
    defaultJobOptions: { ...jobDefaults, ...jobs },
    telemetry: createTelemetry(),
  });
  // Without a listener an error event ends the process. The connection reports outages.
  queue.on("error", (err) => logger.debug("queue error", { queue: name, err }));
  return queue;
}
