import { deliveryJob, queueNames } from "@waiter/contracts";
import { silentLogger } from "@waiter/logger";
import { createDeliveryProducer, createWorker } from "@waiter/queues";
import { connectRedis } from "@waiter/redis";
import { startRedis } from "@waiter/testkit";
import { randomUUID } from "node:crypto";
import { Agent } from "undici";
import webPush from "web-push";
import { cpuSeconds } from "../process-stats.ts";
import type { Scenario } from "../scenario.ts";
import { deviceKeys, startDeliveryFloor, type Ring } from "../system/delivery-floor.ts";
import { startHost } from "../system/start-host.ts";
import { withServers } from "../system/with-servers.ts";

const concurrency = 100;
/** Jobs of one command: a busy Redis answers more of them too late. */
const perAdd = 500;

/** Jobs of the same data that do nothing. */
async function bareBullmq(count: number): Promise<number> {
  await using redis = await startRedis({ args: ["--maxmemory-policy", "noeviction"] });
  const connect = (role: "producer" | "queue") =>
    connectRedis({ url: redis.url, name: role, role, logger: silentLogger });
  const [adding, working] = [connect("producer"), connect("queue")];
  await Promise.all([adding.ready(), working.ready()]);
  const producer = createDeliveryProducer({ connection: adding, logger: silentLogger });
  const tenantId = randomUUID();
  const jobs = Array.from({ length: count }, () => ({
    tenantId,
    deliveryId: randomUUID(),
    delayMs: 0,
  }));
  for (let from = 0; from < count; from += perAdd)
    await producer.add(jobs.slice(from, from + perAdd));
  const added = await producer.queue.getWaitingCount();
  if (added !== count) throw new Error(`Redis took ${added} of ${count} jobs`);
  const { promise, resolve } = Promise.withResolvers<void>();
  let [done, first] = [0, 0];
  const worker = createWorker(queueNames.deliveries, {
    connection: working,
    concurrency,
    schema: deliveryJob,
    logger: silentLogger,
    process: async () => {
      if (done === 0) first = performance.now();
      done += 1;
      if (done === count) resolve();
      return { status: "done" };
    },
  });
  await promise;
  const seconds = (performance.now() - first) / 1_000;
  await worker.close(5_000);
  await producer.close();
  await Promise.all([adding.close(), working.close()]);
  return count / seconds;
}

/**
 * The same encrypted calls from one loop: no queue, no ledger. One VAPID token for all, as a sender
 * keeps it for a host.
 */
async function bareHttp(
  origin: string,
  count: number,
  vapid: { readonly publicKey: string; readonly privateKey: string },
): Promise<number> {
  const agent = new Agent({ connections: 25, pipelining: 1 });
  const subscription = { endpoint: `${origin}/bare`, keys: deviceKeys() };
  const payload = JSON.stringify({ title: "x".repeat(300) });
  const { Authorization } = webPush.getVapidHeaders(
    origin,
    "mailto:ops@example.com",
    vapid.publicKey,
    vapid.privateKey,
    "aes128gcm",
  );
  const start = performance.now();
  let next = 0;
  await Promise.all(
    Array.from({ length: concurrency }, async () => {
      while (next++ < count) {
        const options = { headers: { Authorization }, TTL: 30, urgency: "high" } as const;
        const details = webPush.generateRequestDetails(subscription, payload, options);
        const headers = Object.entries(details.headers).map(([name, value]) => [name, `${value}`]);
        const { body } = await agent.request({
          origin,
          path: "/bare",
          method: "POST",
          headers: Object.fromEntries(headers) as Record<string, string>,
          body: details.body,
        });
        await body.dump();
      }
    }),
  );
  const seconds = (performance.now() - start) / 1_000;
  await agent.close();
  return count / seconds;
}

export const deliveries: Scenario = {
  name: "deliveries",
  title: "Due deliveries that one worker sends",
  options: { rows: 10_000 },
  run: ({ progress, option }) =>
    withServers(async () => {
      const count = option("rows");
      await using host = await startHost("accepts");
      await using floor = await startDeliveryFloor();
      progress.update(`writing ${count} due rows`);
      const push: Ring = { channel: "push", endpoint: host.origin };
      const ids = await floor.ring(Array.from({ length: count }, () => push));
      await floor.analyze();
      await floor.enqueue(ids);
      progress.update("the same HTTP without a queue");
      const before = await bareHttp(host.origin, count / 2, floor.vapid);
      progress.update("sending");
      await using worker = await floor.startWorker();
      const startCpu = cpuSeconds(worker.pid);
      const { seconds } = await floor.sent(ids);
      const cpu = cpuSeconds(worker.pid) - startCpu;
      await worker.end();
      const waiter = count / seconds;
      progress.update("bare BullMQ");
      const queue = await bareBullmq(count);
      progress.update("the same HTTP without a queue");
      const after = await bareHttp(host.origin, count / 2, floor.vapid);
      // The machine's other work is not the same in both.
      const http = (before + after) / 2;
      const figure = (name: string, value: number, peerName: string, peer: number) => ({
        name,
        value,
        unit: "1/s",
        peer: { name: peerName, value: peer },
        ratio: value / peer,
      });
      return {
        figures: [
          figure("pushes sent", waiter, "bare BullMQ, jobs that do nothing", queue),
          figure("pushes sent, beside HTTP", waiter, "the same HTTP without a queue", http),
          { name: "pushes sent, by the worker's CPU", value: count / cpu, unit: "1/CPU s" },
        ],
        bars: [
          { label: "Waiter", value: waiter },
          { label: "bare BullMQ", value: queue },
          { label: "bare HTTP", value: http },
        ],
        unit: "1/s",
        samples: { seconds, before, after, cpu },
      };
    }),
};
