import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { deliveryJob, queueNames } from "@waiter/contracts";
import { silentLogger } from "@waiter/logger";
import { createDeliveryProducer, createWorker } from "@waiter/queues";
import { connectRedis } from "@waiter/redis";
import { startRedis } from "@waiter/testkit";
import { randomUUID } from "node:crypto";
import { Agent } from "undici";
import webPush from "web-push";
import { percentile, type Scenario } from "../scenario.ts";
import { deviceKeys, startDeliveryFloor, type Ring } from "../system/delivery-floor.ts";
import { withServers } from "../system/with-servers.ts";

const concurrency = 100;

/** A host on this machine: accepts each push, or never answers. */
async function startHost(kind: "accepts" | "hangs") {
  const server = createServer((request, response) => {
    request.resume();
    if (kind === "accepts") request.once("end", () => response.writeHead(201).end());
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

/** Jobs of the same data that do nothing. */
async function bareBullmq(count: number): Promise<number> {
  await using redis = await startRedis({ args: ["--maxmemory-policy", "noeviction"] });
  const connect = (role: "producer" | "queue") =>
    connectRedis({ url: redis.url, name: role, role, logger: silentLogger });
  const [adding, working] = [connect("producer"), connect("queue")];
  await Promise.all([adding.ready(), working.ready()]);
  const producer = createDeliveryProducer({ connection: adding, logger: silentLogger });
  const tenantId = randomUUID();
  await producer.add(
    Array.from({ length: count }, () => ({ tenantId, deliveryId: randomUUID(), delayMs: 0 })),
  );
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

/** The same encrypted calls from one loop: no queue, no ledger. */
async function bareHttp(
  origin: string,
  count: number,
  vapid: { readonly publicKey: string; readonly privateKey: string },
): Promise<number> {
  const agent = new Agent({ connections: 25, pipelining: 1 });
  const subscription = { endpoint: `${origin}/bare`, keys: deviceKeys() };
  const payload = JSON.stringify({ title: "x".repeat(300) });
  const vapidDetails = { subject: "mailto:ops@example.com", ...vapid };
  const start = performance.now();
  let next = 0;
  await Promise.all(
    Array.from({ length: concurrency }, async () => {
      while (next++ < count) {
        const options = { vapidDetails, TTL: 30, urgency: "high" } as const;
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
      await floor.enqueue(ids);
      progress.update("sending");
      await using worker = await floor.startWorker();
      const { seconds } = await floor.sent(ids);
      await worker.end();
      const waiter = count / seconds;
      progress.update("bare BullMQ");
      const queue = await bareBullmq(count);
      progress.update("the same HTTP without a queue");
      const http = await bareHttp(host.origin, count, floor.vapid);
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
        ],
        bars: [
          { label: "Waiter", value: waiter },
          { label: "bare BullMQ", value: queue },
          { label: "bare HTTP", value: http },
        ],
        unit: "1/s",
      };
    }),
};

/** Sends a row every 50 ms, with others between them, and reads how long the good ones waited. */
async function spread(
  floor: Awaited<ReturnType<typeof startDeliveryFloor>>,
  good: Ring,
  bad: readonly Ring[],
  count: number,
): Promise<number[]> {
  const ids: string[] = [];
  for (let sent = 0; sent < count; sent += 1) {
    const [id = "", ...others] = await floor.ring([good, ...bad]);
    await floor.enqueue([...others, id]);
    ids.push(id);
    await sleep(50);
  }
  return (await floor.sent(ids)).waits;
}

export const badHosts: Scenario = {
  name: "bad-hosts",
  title: "Time to `sent` beside a dead push host and a hanging webhook",
  options: { rows: 300 },
  run: ({ progress, option }) =>
    withServers(async () => {
      const count = option("rows");
      await using host = await startHost("accepts");
      await using hanging = await startHost("hangs");
      const good: Ring = { channel: "push", endpoint: host.origin };
      const measure = async (bad: readonly Ring[]): Promise<number[]> => {
        await using floor = await startDeliveryFloor();
        await floor.setWebhook(`${hanging.origin}/hook`);
        await using worker = await floor.startWorker();
        await spread(floor, good, [], 20);
        const waits = await spread(floor, good, bad, count);
        await worker.end();
        return waits;
      };
      progress.update("alone");
      const alone = await measure([]);
      progress.update("beside bad hosts");
      const beside = await measure([
        { channel: "push", endpoint: "http://127.0.0.1:9" },
        { channel: "webhook" },
      ]);
      const figures = [50, 95].map((p) => {
        const [value, peer] = [percentile(beside, p), percentile(alone, p)];
        return {
          name: `time to sent, p${p}`,
          value,
          unit: "ms",
          peer: { name: "no bad host", value: peer },
          ratio: value / peer,
          ...(p === 50 && { target: { text: "within 1.2 x", met: value / peer <= 1.2 } }),
        };
      });
      return {
        figures,
        bars: figures.map(({ name, value }) => ({ label: name, value })),
        unit: "ms",
        samples: { alone, beside },
      };
    }),
};
