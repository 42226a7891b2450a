import { expect, test } from "@jest/globals";
import { Redis } from "ioredis";
import { Client } from "pg";
import {
  sharedRedisUrl,
  startPostgres,
  startRedis,
  startRedisCluster,
  startSentinel,
  testDatabase,
  waitFor,
} from "./index.ts";

async function ask(url: string, sql: string): Promise<unknown> {
  const client = new Client({ connectionString: url });
  client.on("error", () => undefined);
  try {
    await client.connect();
    return Object.values((await client.query(sql)).rows[0] ?? {})[0];
  } finally {
    await client.end();
  }
}

async function command(url: string, name: string, ...args: string[]): Promise<unknown> {
  const redis = new Redis(url, {
    lazyConnect: true,
    retryStrategy: () => null,
    commandTimeout: 300,
  });
  redis.on("error", () => undefined);
  try {
    await redis.connect();
    return await redis.call(name, ...args);
  } finally {
    redis.disconnect();
  }
}

test("each test gets a database of its own, and its owner is no superuser", async () => {
  await using one = await testDatabase();
  await using other = await testDatabase();
  await ask(one.ownerUrl, "CREATE TABLE only_here ()");
  expect(await ask(other.ownerUrl, "SELECT to_regclass('only_here')")).toBeNull();
  expect(await ask(one.ownerUrl, "SELECT usesuper FROM pg_user WHERE usename = current_user")).toBe(
    false,
  );
});

test("a Postgres keeps its port and its committed data through a stop and a crash", async () => {
  await using postgres = await startPostgres();
  await ask(postgres.ownerUrl, "CREATE TABLE kept AS SELECT 1 AS n");
  await postgres.stop();
  await expect(ask(postgres.ownerUrl, "SELECT 1")).rejects.toThrow();
  await postgres.restart();
  expect(await ask(postgres.ownerUrl, "SELECT n FROM kept")).toBe(1);
  await postgres.kill();
  await postgres.restart();
  expect(await ask(postgres.ownerUrl, "SELECT n FROM kept")).toBe(1);
});

test("a paused Redis answers nothing, and goes on where it was", async () => {
  await using redis = await startRedis();
  expect(redis.url).not.toBe(sharedRedisUrl());
  await command(redis.url, "SET", "key", "value");
  await redis.pause();
  await expect(command(redis.url, "GET", "key")).rejects.toThrow();
  await redis.resume();
  expect(await command(redis.url, "GET", "key")).toBe("value");
});

test("a stopped Redis comes back on its port with its data, a flushed one without", async () => {
  await using redis = await startRedis();
  await command(redis.url, "SET", "key", "value");
  await redis.stop();
  await expect(command(redis.url, "GET", "key")).rejects.toThrow();
  await redis.restart();
  expect(await command(redis.url, "GET", "key")).toBe("value");
  await redis.flush();
  expect(await command(redis.url, "GET", "key")).toBeNull();
});

test("a cluster covers all slots, and a replica takes a dead master's place", async () => {
  await using cluster = await startRedisCluster(3, 1);
  const [master] = cluster.masters;
  const replica = cluster.replicas[0]?.[0];
  await master?.kill();
  await waitFor(
    async () =>
      String(await command(replica?.url ?? "", "INFO", "replication")).includes("role:master"),
    20_000,
    "the fail-over",
  );
});

test("the sentinels name another master once the first is dead", async () => {
  await using sentinel = await startSentinel();
  expect(await sentinel.masterPort()).toBe(sentinel.master.port);
  await sentinel.master.kill();
  await waitFor(
    async () => (await sentinel.masterPort()) === sentinel.replicas[0]?.port,
    20_000,
    "the fail-over",
  );
});
