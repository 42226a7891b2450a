import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { silentLogger } from "@waiter/logger";
import { createMetrics } from "@waiter/metrics";
import {
  startRedis,
  startRedisCluster,
  startSentinel,
  waitFor,
  type TestRedis,
} from "@waiter/testkit";
import { Redis } from "ioredis";
import { connectRedis, type RedisConnection, type RedisConnectionOptions } from "./index.ts";

const open: RedisConnection[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((connection) => connection.close()));
});

function connect(url: string, options: Partial<RedisConnectionOptions> = {}): RedisConnection {
  const connection = connectRedis({
    url,
    name: "test",
    role: "command",
    logger: silentLogger,
    delayMs: () => 50,
    ...options,
  });
  open.push(connection);
  return connection;
}
const happens = (
  connection: RedisConnection,
  event: "ready" | "down" | "failed" | "resubscribed",
): Promise<void> => new Promise((resolve) => connection.on(event, resolve));
const unhandled: unknown[] = [];
process.on("unhandledRejection", (error) => unhandled.push(error));

describe("standalone", () => {
  let redis: TestRedis;
  beforeEach(async () => {
    redis = await startRedis();
  }, 60_000);
  afterEach(async () => {
    await redis[Symbol.asyncDispose]();
  });

  test("a killed Redis fails commands at once, without unhandled rejections, and reconnects", async () => {
    const metrics = createMetrics({ defaults: false });
    const connection = connect(redis.url, { metrics, maxReconnectAttempts: 1_000 });
    await connection.ready();
    expect(await connection.client.set("a", "1")).toBe("OK");
    const down = happens(connection, "down");
    await redis.kill();
    await down;
    expect(connection.state).toBe("reconnecting");
    await expect(connection.client.get("a")).rejects.toThrow();
    // A caller that forgets its promise, as the adapter does.
    void connection.client.get("forgotten");
    const back = happens(connection, "ready");
    await redis.restart();
    await back;
    expect(await connection.client.ping()).toBe("PONG");
    expect(await metrics.registry.metrics()).toMatch(
      /waiter_redis_up\{client="test"\} 1[\s\S]*waiter_redis_reconnects_total\{client="test"\} [1-9]/,
    );
    expect(unhandled).toEqual([]);
  });

  test("after the last attempt the state is failed, probed, and ready when Redis is back", async () => {
    const connection = connect(redis.url, { maxReconnectAttempts: 2 });
    await connection.ready();
    const failed = happens(connection, "failed");
    await redis.kill();
    await failed;
    expect(connection.state).toBe("failed");
    const back = happens(connection, "ready");
    await redis.restart();
    await back;
    expect(connection.state).toBe("ready");
  });

  test("a hung Redis delays only the first command by its time-out, then recovers", async () => {
    const connection = connect(redis.url, { commandTimeoutMs: 200 });
    await connection.ready();
    const down = happens(connection, "down");
    await redis.pause();
    await expect(connection.client.get("a")).rejects.toThrow("Command timed out");
    await down;
    await expect(connection.client.get("a")).rejects.toThrow(/enableOfflineQueue/);
    const back = happens(connection, "ready");
    await redis.resume();
    await back;
    expect(await connection.client.ping()).toBe("PONG");
  });

  test("a subscriber detects a hung Redis by its health PING and receives again afterwards", async () => {
    const subscriber = connect(redis.url, {
      role: "subscriber",
      pingIntervalMs: 100,
      pingTimeoutMs: 100,
      connectTimeoutMs: 300,
    });
    await subscriber.ready();
    const heard: string[] = [];
    (subscriber.client as Redis).on("smessage", (_channel: string, message: string) =>
      heard.push(message),
    );
    await subscriber.client.ssubscribe("room");
    const down = happens(subscriber, "down");
    await redis.pause();
    await down;
    const back = happens(subscriber, "ready");
    await redis.resume();
    await back;
    const publisher = connect(redis.url, { role: "publisher" });
    await publisher.ready();
    await waitFor(async () => {
      await publisher.client.spublish("room", "again");
      return heard.length > 0;
    }, 10_000);
    expect(heard[0]).toBe("again");
  });

  test("a second error of a connection does not end the process", async () => {
    const connection = connect(redis.url);
    await connection.ready();
    const stream = (connection.client as Redis).stream;
    // Without a listener `emit` throws, and the process would end.
    for (const message of ["first", "second"])
      expect(stream?.emit("error", new Error(message))).toBe(true);
  });

  test("ready rejects after its time-out, and closing afterwards does not throw", async () => {
    await redis.kill();
    const connection = connect(redis.url);
    await expect(connection.ready(150)).rejects.toThrow("was not ready within 150 ms");
    await connection.close();
    await connection.close();
    await expect(connection.ready()).rejects.toThrow("closed");
    expect(unhandled).toEqual([]);
  });
});

test("a connection through Sentinel follows the master after a fail-over", async () => {
  await using sentinel = await startSentinel();
  const connection = connect(sentinel.url);
  await connection.ready();
  await connection.client.set("a", "1");
  const down = happens(connection, "down");
  await sentinel.master.kill();
  await down;
  await waitFor(
    async () =>
      connection.state === "ready" &&
      (await connection.client.set("b", "2").catch(() => undefined)) === "OK",
    30_000,
  );
  expect(await connection.client.get("b")).toBe("2");
}, 90_000);

test("on a Cluster commands reach every slot and sharded messages arrive", async () => {
  await using cluster = await startRedisCluster();
  const connection = connect(cluster.url);
  const subscriber = connect(cluster.url, { role: "subscriber" });
  await Promise.all([connection.ready(), subscriber.ready()]);
  await Promise.all(
    Array.from({ length: 20 }, (_, index) => connection.client.set(`key${index}`, String(index))),
  );
  expect(await connection.ping()).toBeGreaterThan(0);
  const heard = new Promise((resolve) =>
    (subscriber.client as unknown as Redis).on("smessage", (_channel: string, message: string) =>
      resolve(message),
    ),
  );
  await subscriber.client.ssubscribe("waiter:{t}:room");
  await connection.client.spublish("waiter:{t}:room", "hello");
  expect(await heard).toBe("hello");
}, 90_000);

test("a Cluster subscriber emits resubscribed after it lost and regained a shard", async () => {
  await using cluster = await startRedisCluster();
  const publisher = connect(cluster.url);
  const subscriber = connect(cluster.url, { role: "subscriber" });
  await Promise.all([publisher.ready(), subscriber.ready()]);
  await subscriber.client.ssubscribe("waiter:{t}:room");
  const again = happens(subscriber, "resubscribed");
  for (const { url } of cluster.masters) {
    const master = new Redis(url);
    await master.call("CLIENT", "KILL", "TYPE", "pubsub");
    master.disconnect();
  }
  await again;
  expect(subscriber.state).toBe("ready");
  const heard = new Promise((resolve) =>
    (subscriber.client as unknown as Redis).on("smessage", (_channel: string, message: string) =>
      resolve(message),
    ),
  );
  await subscriber.client.ssubscribe("waiter:{t}:room");
  await publisher.client.spublish("waiter:{t}:room", "hello");
  expect(await heard).toBe("hello");
}, 90_000);
