import { deliveryJob, deliveryTestJob, queueNames } from "@waiter/contracts";
import { toJobFailure } from "@waiter/errors";
import { createWorker, type QueueWorker } from "@waiter/queues";
import type { Context } from "../context.ts";
import { createDeliver } from "./deliver.ts";
import { replaceNotifications } from "./replace-notifications.ts";
import { testChannel } from "./test-channel.ts";

/** Tests that one worker sends at once: a person waits for each. */
const testConcurrency = 10;

/** Runs the queues of deliveries and of tests. */
export function startDeliveryWorkers(context: Context): readonly QueueWorker[] {
  const { queueRedis, config, logger } = context;
  const deliver = createDeliver(context);
  return [
    createWorker(queueNames.deliveries, {
      connection: queueRedis,
      concurrency: config.DELIVERY_CONCURRENCY,
      schema: deliveryJob,
      process: async (job) => {
        if (job.replaces === undefined) return await deliver(job);
        await replaceNotifications(context, { ...job, requestId: job.replaces });
        return { status: "done" };
      },
      isRetryable: (error) => toJobFailure(error).retry,
      logger,
    }),
    createWorker(queueNames.deliveryTests, {
      connection: queueRedis,
      concurrency: testConcurrency,
      schema: deliveryTestJob,
      process: async (job) => ({ status: "done", result: await testChannel(context, job) }),
      isRetryable: () => false,
      logger,
    }),
  ];
}
