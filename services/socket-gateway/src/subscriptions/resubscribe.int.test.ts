import { randomUUID } from "node:crypto";
import { afterEach, expect, test } from "@jest/globals";
import { channels, rooms } from "@waiter/contracts";
import { silentLogger } from "@waiter/logger";
import { connectRedis } from "@waiter/redis";
import { startRedis, startRedisCluster } from "@waiter/testkit";
import { Redis } from "ioredis";
import { roomChannel, SubscriptionBarrier } from "./subscription-barrier.ts";

const closing: (() => PromiseLike<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** What `tenants` restaurants with eight tables in use subscribe to. */
const channelsOf = (tenants: number): string[] =>
  Array.from({ length: tenants }, () => randomUUID()).flatMap((tenant) => [
    channels.tenant(tenant),
    roomChannel("/staff", rooms.staff(tenant)),
    ...Array.from({ length: 8 }, () => roomChannel("/guest", rooms.table(tenant, randomUUID()))),
  ]);

async function subscribed(url: string): Promise<SubscriptionBarrier> {
  const connection = connectRedis({
    url,
    name: "test",
    role: "subscriber",
    logger: silentLogger,
    autoResubscribe: false,
    delayMs: () => 50,
  });
  closing.push(() => connection.close());
  await connection.ready();
  const { client } = connection;
  const barrier = new SubscriptionBarrier(client, { cluster: client.isCluster });
  connection.on("down", () => barrier.interrupt());
  connection.on("ready", () => void barrier.restore());
  return barrier;
}

async function callsOf(ports: readonly number[]): Promise<number> {
  const counts = ports.map(async (port) => {
    const client = new Redis(port, "127.0.0.1");
    const stats = await client.info("commandstats");
    client.disconnect();
    return Number(/cmdstat_ssubscribe:calls=(\d+)/.exec(stats)?.[1] ?? 0);
  });
  return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
}

async function measure(url: string, ports: readonly number[], names: readonly string[]) {
  const barrier = await subscribed(url);
  for (const name of names) void barrier.client.ssubscribe(name);
  await Promise.all(names.map((name) => barrier.settled(name)));
  const before = await callsOf(ports);
  const startedAt = performance.now();
  // As after a fail-over: nothing is subscribed any more.
  barrier.interrupt();
  expect(await barrier.restore()).toBe(true);
  const ms = Math.round(performance.now() - startedAt);
  expect(names.every((name) => barrier.isConfirmed(name))).toBe(true);
  const commands = (await callsOf(ports)) - before;
  process.stdout.write(`${names.length} rooms again: ${commands} commands, ${ms} ms\n`);
  return commands;
}

test.each([
  [500, 25],
  [5_000, 250],
])(
  "%d restaurants are subscribed again with %d commands",
  async (tenants, most) => {
    const redis = await startRedis();
    closing.push(() => redis[Symbol.asyncDispose]());
    expect(await measure(redis.url, [redis.port], channelsOf(tenants))).toBe(most);
  },
  60_000,
);

test.each([500, 5_000])(
  "on a Cluster %d restaurants take one command each",
  async (tenants) => {
    const cluster = await startRedisCluster(3);
    closing.push(() => cluster[Symbol.asyncDispose]());
    const ports = cluster.masters.map(({ port }) => port);
    expect(await measure(cluster.url, ports, channelsOf(tenants))).toBe(tenants);
  },
  90_000,
);
