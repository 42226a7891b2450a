/** Deliveries while BullMQ's Redis is away. */
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "@jest/globals";
import { startRedis } from "@waiter/testkit";
import { setDeliveryStage } from "../testing/delivery-stage.ts";

test("a push that became due in an outage of the queue's Redis is sent soon after it", async () => {
  await using queue = await startRedis({ args: ["--maxmemory-policy", "noeviction"] });
  await using stage = await setDeliveryStage({
    QUEUE_REDIS_URL: queue.url,
    SWEEP_INTERVAL: "200ms",
  });
  const service = await stage.pushService();
  await stage.subscribe(service.subscribe());
  await queue.kill();
  const { id } = await stage.ring({ ttlS: 60 });
  // Past the age from which a sweep takes a row.
  await sleep(4_000);
  await queue.restart();
  const restartedAt = Date.now();
  expect(await stage.ended(id)).toMatchObject({ state: "sent" });
  expect(Date.now() - restartedAt).toBeLessThan(8_000);
}, 60_000);
