/** Deliveries while BullMQ's Redis is away or refuses to write. */
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "@jest/globals";
import { startRedis, type TestRedis } from "@waiter/testkit";
import { Redis } from "ioredis";
import { setDeliveryStage } from "../testing/delivery-stage.ts";

test.each([
  [
    "an outage",
    async (queue: TestRedis) => {
      await queue.kill();
      return () => queue.restart();
    },
  ],
  [
    "want of memory",
    async ({ url }: TestRedis) => {
      const limit = async (bytes: string): Promise<void> => {
        const client = new Redis(url);
        await client.config("SET", "maxmemory", bytes);
        await client.quit();
      };
      await limit("1");
      return () => limit("0");
    },
  ],
])(
  "a push that became due in %s of the queue's Redis is sent soon after it",
  async (_name, cause) => {
    await using queue = await startRedis({ args: ["--maxmemory-policy", "noeviction"] });
    await using stage = await setDeliveryStage({
      QUEUE_REDIS_URL: queue.url,
      SWEEP_INTERVAL: "200ms",
    });
    const service = await stage.pushService();
    await stage.subscribe(service.subscribe());
    const end = await cause(queue);
    const { id } = await stage.ring({ ttlS: 60 });
    // Past the age from which a sweep takes a row.
    await sleep(4_000);
    await end();
    const restartedAt = Date.now();
    expect(await stage.ended(id)).toMatchObject({ state: "sent" });
    expect(Date.now() - restartedAt).toBeLessThan(8_000);
  },
  60_000,
);
