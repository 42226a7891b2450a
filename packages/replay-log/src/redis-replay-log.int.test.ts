import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { keys, rooms } from "@waiter/contracts";
import { sharedRedisUrl, startRedisCluster, waitFor, type TestRedisCluster } from "@waiter/testkit";
import { Cluster, Redis } from "ioredis";
import { describeReplayLog } from "./replay-log.conformance.ts";
import { RedisReplayLog } from "./redis-replay-log.ts";

let standalone: Redis;
let servers: TestRedisCluster;
let cluster: Cluster;

beforeAll(async () => {
  standalone = new Redis(sharedRedisUrl());
  servers = await startRedisCluster();
  cluster = new Cluster(servers.masters.map(({ port }) => ({ host: "127.0.0.1", port })));
});
afterAll(async () => {
  standalone.disconnect();
  cluster.disconnect();
  await servers.stop();
});

describeReplayLog(
  "RedisReplayLog on a standalone Redis",
  (limits) => new RedisReplayLog(standalone, limits),
);
describeReplayLog(
  "RedisReplayLog on a Redis Cluster",
  (limits) => new RedisReplayLog(cluster, limits),
);

test("a log expires an hour after its last event, the head later", async () => {
  const log = new RedisReplayLog(standalone);
  const [tenantId, epoch] = [randomUUID(), randomUUID()];
  await log.append({ tenantId, epoch, seq: 1, envelope: "{}" });
  const life = await standalone.pttl(keys.log(tenantId, epoch));
  expect(life).toBeGreaterThan(3_590_000);
  expect(life).toBeLessThanOrEqual(3_600_000);
  expect(await standalone.pttl(keys.head(tenantId))).toBeGreaterThan(life);
});

test("lives begin again once a tenth of the log's has passed, and with a lost head", async () => {
  const log = new RedisReplayLog(standalone);
  const [tenantId, epoch] = [randomUUID(), randomUUID()];
  const [logKey, headKey] = [keys.log(tenantId, epoch), keys.head(tenantId)];
  const append = (seq: number) => log.append({ tenantId, epoch, seq, envelope: `{"seq":${seq}}` });
  await append(1);
  await standalone.pexpire(logKey, 3_250_000);
  await append(2);
  expect(await standalone.pttl(logKey)).toBeLessThanOrEqual(3_250_000);
  await standalone.pexpire(logKey, 3_230_000);
  await standalone.pexpire(headKey, 3_230_000);
  await append(3);
  expect(await standalone.pttl(logKey)).toBeGreaterThan(3_590_000);
  expect(await standalone.pttl(headKey)).toBeGreaterThan(604_790_000);
  await standalone.del(headKey);
  await append(4);
  expect(await standalone.pttl(headKey)).toBeGreaterThan(604_790_000);
});

test("a log of one event that is repeated or replaced expires", async () => {
  const log = new RedisReplayLog(standalone);
  const [tenantId, epoch] = [randomUUID(), randomUUID()];
  for (const envelope of ["{}", "{}", "[]"]) {
    await log.append({ tenantId, epoch, seq: 1, envelope });
    expect(await standalone.pttl(keys.log(tenantId, epoch))).toBeGreaterThan(3_590_000);
  }
});

test("a log holds the newest events and at most a sixteenth more than its maximum", async () => {
  const log = new RedisReplayLog(standalone, { events: 32 });
  const [tenantId, epoch] = [randomUUID(), randomUUID()];
  const sizes = new Set<number>();
  for (let seq = 1; seq <= 80; seq += 1) {
    await log.append({ tenantId, epoch, seq, envelope: `{"seq":${seq}}` });
    if (seq > 32) sizes.add(await standalone.zcard(keys.log(tenantId, epoch)));
  }
  expect(sizes).toEqual(new Set([32, 33]));
  const answer = await log.read(tenantId, epoch, 48);
  expect(answer).toMatchObject({ status: "ok", head: 80 });
  const left = await standalone.zrange(keys.log(tenantId, epoch), "0", "-1");
  expect(await standalone.hget(keys.head(tenantId), "bytes")).toBe(String(left.join("").length));
});

test.each(["standalone", "cluster"])("an append publishes its messages on a %s", async (kind) => {
  const client = kind === "cluster" ? cluster : standalone;
  const [tenantId, epoch] = [randomUUID(), randomUUID()];
  const channel = `socket.io#/staff#${rooms.staff(tenantId)}#`;
  const subscriber =
    kind === "cluster"
      ? new Cluster(
          servers.masters.map(({ port }) => ({ host: "127.0.0.1", port })),
          { shardedSubscribers: true },
        )
      : new Redis(sharedRedisUrl());
  const heard: string[] = [];
  subscriber.on("smessage", (_channel: string, text: string) => heard.push(text));
  await subscriber.ssubscribe(channel);
  const log = new RedisReplayLog(client);
  await log.append({ tenantId, epoch, seq: 1, envelope: "{}" }, [
    { channel, message: "one" },
    { channel, message: "two ñ" },
  ]);
  await waitFor(() => heard.length === 2);
  subscriber.disconnect();
  expect(heard).toEqual(["one", "two ñ"]);
  expect(await log.head(tenantId)).toEqual({ epoch, seq: 1 });
});

test("the size is recounted after the head or the log is lost", async () => {
  const log = new RedisReplayLog(standalone, { bytes: 100 });
  const [tenantId, epoch] = [randomUUID(), randomUUID()];
  const append = (seq: number) =>
    log.append({ tenantId, epoch, seq, envelope: String(seq).padEnd(30, "x") });
  for (const seq of [1, 2, 3]) await append(seq);
  await standalone.del(keys.head(tenantId));
  await append(4);
  expect(await standalone.zcard(keys.log(tenantId, epoch))).toBe(3);
  expect(await standalone.hget(keys.head(tenantId), "bytes")).toBe("90");
  await standalone.del(keys.log(tenantId, epoch));
  await append(5);
  expect(await standalone.hget(keys.head(tenantId), "bytes")).toBe("30");
});

test("a lost head is the log's newest event again, so that no number is taken twice", async () => {
  const log = new RedisReplayLog(standalone);
  const [tenantId, epoch] = [randomUUID(), randomUUID()];
  const append = (seq: number, text = "") =>
    log.append({ tenantId, epoch, seq, envelope: JSON.stringify({ seq, text }) });
  for (const seq of [1, 2, 3]) await append(seq);
  await standalone.del(keys.head(tenantId));
  await append(1);
  expect(await log.head(tenantId)).toEqual({ epoch, seq: 3 });
  expect(await append(2)).toBe("appended");
  expect(await append(3, "of a restored database")).toBe("diverged");
  expect(await log.read(tenantId, epoch, 0)).toMatchObject({ status: "ok", head: 3 });
  const kept = await standalone.zrange(keys.log(tenantId, epoch), "0", "-1");
  expect(await standalone.hget(keys.head(tenantId), "bytes")).toBe(String(kept.join("").length));
});
