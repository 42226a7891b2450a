import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { randomUUID } from "node:crypto";
import { channels, keys } from "@waiter/contracts";
import { silentLogger } from "@waiter/logger";
import { connectRedis, type RedisConnection } from "@waiter/redis";
import { startRedis, startRedisCluster, waitFor, type TestRedis } from "@waiter/testkit";
import { GatewayCounts, Presence, Revocations } from "./index.ts";

let redis: TestRedis;
let connection: RedisConnection;
beforeAll(async () => {
  redis = await startRedis();
  connection = connectRedis({
    url: redis.url,
    name: "test",
    role: "command",
    logger: silentLogger,
  });
  await connection.ready();
});
afterAll(async () => {
  await connection.close();
  await redis[Symbol.asyncDispose]();
});

test("a member is present until it expires or is removed", async () => {
  const tenant = randomUUID();
  const presence = new Presence(connection.client, { expiryMs: 60_000 });
  expect(await presence.refresh(tenant, ["ada:1", "ada:2", "bob:3"])).toEqual(["ada", "bob"]);
  expect(await presence.count(tenant)).toBe(3);
  expect(await presence.remove(tenant, ["bob:3"])).toEqual(["ada"]);
  await connection.client.zadd(keys.presence(tenant), 1, "old:4");
  expect(await presence.count(tenant)).toBe(2);
});

/** What is announced of these tenants from now on, each as channel and text, until disposed of. */
async function listen(...tenants: readonly string[]) {
  const subscriber = connectRedis({
    url: redis.url,
    name: "test",
    role: "subscriber",
    logger: silentLogger,
  });
  await subscriber.ready();
  const heard: string[] = [];
  for (const tenant of tenants) await subscriber.client.ssubscribe(channels.tenant(tenant));
  subscriber.client.on("smessage", (channel: string, text: string) => heard.push(channel + text));
  return { heard, [Symbol.asyncDispose]: () => subscriber.close() };
}

test("the first screen and the loss of the last one are announced, once each", async () => {
  const tenant = randomUUID();
  await using announced = await listen(tenant);
  const { heard } = announced;
  const presence = new Presence(connection.client, { expiryMs: 60_000 });
  await presence.refresh(tenant, ["ada:1"]);
  await presence.refresh(tenant, ["ada:1", "bob:2"]);
  await presence.remove(tenant, ["ada:1"]);
  await presence.remove(tenant, ["bob:2"]);
  await presence.refresh(tenant, []);
  // An expired screen that was not removed is none.
  await connection.client.zadd(keys.presence(tenant), 1, "old:3");
  await presence.refresh(tenant, ["ada:4"]);
  await waitFor(() => heard.length === 3);
  const online = (is: boolean) => `${channels.tenant(tenant)}{"type":"screens","online":${is}}`;
  expect(heard).toEqual([online(true), online(false), online(true)]);
});

test("a look at many tenants tells who has a screen, and announces the loss of the last one", async () => {
  const [present, expired, empty] = [randomUUID(), randomUUID(), randomUUID()];
  await using announced = await listen(present, expired, empty);
  const { heard } = announced;
  const presence = new Presence(connection.client, { expiryMs: 60_000 });
  await connection.client.zadd(keys.presence(expired), 1, "old:3");
  await connection.client.zadd(keys.presence(present), Date.now() + 60_000, "ada:1", 1, "old:2");
  const tenants = [present, expired, empty];
  for (let looks = 0; looks < 2; looks += 1) {
    const told: [tenantId: string, isPresent: boolean][] = [];
    await presence.look(tenants, (...one) => told.push(one));
    expect(told).toEqual([
      [present, true],
      [expired, false],
      [empty, false],
    ]);
  }
  await waitFor(() => heard.length > 0);
  expect(heard).toEqual([`${channels.tenant(expired)}{"type":"screens","online":false}`]);
  expect(await connection.client.exists(...tenants.map(keys.presence))).toBe(1);
  expect(await presence.count(present)).toBe(1);
});

test("a look works on a server that has shards behind a plain address", async () => {
  await using cluster = await startRedisCluster(1);
  const plain = connectRedis({
    url: `redis://127.0.0.1:${cluster.masters[0]?.port}`,
    name: "test",
    role: "command",
    logger: silentLogger,
  });
  await plain.ready();
  const [present, empty] = [randomUUID(), randomUUID()];
  const presence = new Presence(plain.client, { expiryMs: 60_000 });
  await presence.refresh(present, ["ada:1"]);
  for (let looks = 0; looks < 2; looks += 1) {
    const told = new Map<string, boolean>();
    await presence.look([present, empty], (tenantId, isPresent) => told.set(tenantId, isPresent));
    expect(told).toEqual(
      new Map([
        [present, true],
        [empty, false],
      ]),
    );
  }
  await plain.close();
});

test("counting creates and changes nothing", async () => {
  const tenant = randomUUID();
  const presence = new Presence(connection.client);
  expect(await presence.count(tenant)).toBe(0);
  expect(await connection.client.exists(keys.presence(tenant))).toBe(0);
});

test.each([
  ["the memory is full", ["maxmemory", "1"], ["maxmemory", "0"]],
  ["replicas are missing", ["min-replicas-to-write", "1"], ["min-replicas-to-write", "0"]],
])("the count is not known while Redis refuses writes because %s", async (_why, on, off) => {
  const tenant = randomUUID();
  const presence = new Presence(connection.client);
  await presence.refresh(tenant, ["ada:1"]);
  await connection.client.config("SET", ...(on as [string, string]));
  try {
    await expect(presence.count(tenant)).rejects.toThrow(/OOM|NOREPLICAS/);
    await expect(presence.refresh(tenant, ["ada:1"])).rejects.toThrow(/OOM|NOREPLICAS/);
  } finally {
    await connection.client.config("SET", ...(off as [string, string]));
  }
  expect(await presence.count(tenant)).toBe(1);
});

test("revocations are read until the tokens have expired", async () => {
  const tenant = randomUUID();
  const revocations = new Revocations(connection.client);
  await revocations.add(tenant, ["a", "b"]);
  await revocations.add(tenant, ["expired"], -1_000);
  const read = await revocations.read(tenant);
  expect(read.map(({ id }) => id).sort()).toEqual(["a", "b"]);
  // Fifteen minutes of a staff token, and a margin for clocks.
  for (const { untilMs } of read) expect(untilMs - Date.now()).toBeLessThanOrEqual(20 * 60_000);
  await revocations.add(tenant, []);
});

test("the sum covers every gateway that wrote lately and none that was removed", async () => {
  const counts = new GatewayCounts(connection.client);
  const own = { clients: 2, sockets: 2, rooms: 1, namespaces: { "/staff": 2 } };
  const at = await counts.write("a", own);
  await counts.write("b", own);
  expect(await counts.sum()).toMatchObject({ gateways: 2, clients: 4 });
  await counts.remove("b");
  expect(await counts.sum()).toMatchObject({ gateways: 1, clients: 2 });
  await counts.removeStale(at + 60_000);
  expect(await counts.sum()).toMatchObject({ gateways: 0 });
});
