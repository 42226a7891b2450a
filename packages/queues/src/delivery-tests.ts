import { setTimeout as sleep } from "node:timers/promises";
import {
  channelTestAnswer,
  queueNames,
  type ChannelTestAnswer,
  type DeliveryTestJob,
} from "@waiter/contracts";
import type { Logger } from "@waiter/logger";
import type { RedisConnection } from "@waiter/redis";
import { createQueue } from "./create-queue.ts";

const pollMs = 150;

/** Sends tests of a channel through a worker: it alone may reach the outside world. */
export interface DeliveryTests {
  /**
   * Resolves with how the test went, or `failed` with reason `no_worker` when no worker finished it
   * in time. Rejects while Redis is away.
   */
  run(job: DeliveryTestJob): Promise<ChannelTestAnswer>;
  close(): Promise<void>;
}

export interface DeliveryTestsOptions {
  /** Role `producer`, on QUEUE_REDIS_URL. */
  readonly connection: Pick<RedisConnection, "client">;
  /** ms. */
  readonly timeoutMs?: number;
  readonly logger: Logger;
}

export function createDeliveryTests({
  connection,
  timeoutMs = 15_000,
  logger,
}: DeliveryTestsOptions): DeliveryTests {
  const queue = createQueue<DeliveryTestJob>(queueNames.deliveryTests, {
    connection,
    logger,
    jobs: { attempts: 1, removeOnComplete: { age: 60 }, removeOnFail: { age: 60 } },
  });
  return {
    run: async (data) => {
      const end = Date.now() + timeoutMs;
      const { id = "" } = await queue.add("test", data);
      while (Date.now() < end) {
        const job = await queue.getJob(id);
        if (job?.finishedOn !== undefined) {
          const answer = channelTestAnswer.safeParse(job.returnvalue);
          return answer.data ?? { status: "failed", reason: "internal" };
        }
        await sleep(pollMs);
      }
      return { status: "failed", reason: "no_worker" };
    },
    close: () => queue.close(),
  };
}
