/** Events of a Redis Cluster whose slots move, or of which a part is away. */
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { keys, namespaces, rooms, type CommittedEvent } from "@waiter/contracts";
import { silentLogger } from "@waiter/logger";
import { connectRedis, type RedisConnection } from "@waiter/redis";
import { startRedisCluster, waitFor, type TestRedisCluster } from "@waiter/testkit";
import { Redis, type Cluster } from "ioredis";
import { createPublishEvent, type PublishEvent } from "./publish-event.ts";
import { RedisReplayLog } from "@waiter/replay-log";

let servers: TestRedisCluster;
let publisher: RedisConnection;
let subscriber: RedisConnection;
let publishEvent: PublishEvent;
const heard: string[] = [];
const settings = { name: "test", logger: silentLogger };

beforeAll(async () => {
  servers = await startRedisCluster();
  publisher = connectRedis({ ...settings, url: servers.url, role: "publisher" });
  subscriber = connectRedis({ ...settings, url: servers.url, role: "subscriber" });
  await Promise.all([publisher.ready(), subscriber.ready()]);
  subscriber.client.on("smessage", (_channel: string, text: string) => heard.push(text));
  publishEvent = createPublishEvent({
    log: new RedisReplayLog(publisher.client),
    onDiverged: () => undefined,
  });
}, 60_000);
afterAll(async () => {
  await Promise.all([publisher.close(), subscriber.close()]);
  await servers.stop();
});

const callRedis = async (port: number, name: string, ...args: string[]): Promise<unknown> => {
  const redis = new Redis({ host: "127.0.0.1", port });
  return await redis.call(name, ...args).finally(() => redis.disconnect());
};
const slotOf = async (tenantId: string) =>
  Number(await (publisher.client as Cluster).cluster("KEYSLOT", keys.head(tenantId)));
/** The master of the tenant's slot and the next one. */
const mastersOf = async (tenantId: string) => {
  const { masters } = servers;
  const own = Math.floor(((await slotOf(tenantId)) * masters.length) / 16_384);
  return [masters[own], masters[(own + 1) % masters.length]].flatMap((node) => node ?? []);
};
const newEvent = (): CommittedEvent => {
  const [tenantId, epoch] = [randomUUID(), randomUUID()];
  return {
    id: randomUUID(),
    tenantId,
    epoch,
    seq: 1,
    envelope: JSON.stringify({ id: randomUUID() }),
  };
};
const listen = (tenantId: string) =>
  (subscriber.client as Cluster).ssubscribe(
    `socket.io#${namespaces.staff}#${rooms.staff(tenantId)}#`,
  );
const hears = (text: string) =>
  waitFor(() => heard.some((message) => message.includes(text)), 3_000);

/** For an answer that is awaited later: a rejection is handled at once. */
const outcomeOf = (published: Promise<void>) =>
  published.then(
    () => "published",
    (error: Error) => error.message,
  );
/** Publishes as the relay does: again after each rejection. */
const publish = (event: CommittedEvent) =>
  waitFor(async () => (await outcomeOf(publishEvent(event))) === "published");
const nextOf = (event: CommittedEvent): CommittedEvent => ({
  ...event,
  seq: event.seq + 1,
  envelope: JSON.stringify({ id: randomUUID() }),
});

const isWhole = async ({ port }: { readonly port: number }) =>
  String(await callRedis(port, "CLUSTER", "INFO")).includes("cluster_state:ok");

/** The tenant's slot begins to move to the next master; `move` moves one of its keys. */
async function startMove(tenantId: string) {
  const slot = String(await slotOf(tenantId));
  const [source, target] = (await mastersOf(tenantId)).map(({ port }) => port) as [number, number];
  const idOf = async (port: number) => String(await callRedis(port, "CLUSTER", "MYID"));
  await callRedis(target, "CLUSTER", "SETSLOT", slot, "IMPORTING", await idOf(source));
  await callRedis(source, "CLUSTER", "SETSLOT", slot, "MIGRATING", await idOf(target));
  return {
    move: (key: string) =>
      callRedis(source, "MIGRATE", "127.0.0.1", String(target), key, "0", "5000"),
  };
}

test("an event is heard while its slot moves, its keys moved already", async () => {
  const event = newEvent();
  await listen(event.tenantId);
  await publish(event);
  await hears(event.envelope);
  const { move } = await startMove(event.tenantId);
  for (const key of [keys.log(event.tenantId, event.epoch), keys.head(event.tenantId)])
    await move(key);
  const next = nextOf(event);
  await publish(next);
  await hears(next.envelope);
});

test("an event is heard while its slot moves, one of its keys moved already", async () => {
  const event = newEvent();
  await listen(event.tenantId);
  await publish(event);
  const { move } = await startMove(event.tenantId);
  await move(keys.head(event.tenantId));
  const next = nextOf(event);
  const published = outcomeOf(publishEvent(next));
  await hears(next.envelope);
  await expect(published).resolves.toMatch(/TRYAGAIN|timed out/);
});

test("a first event is heard while its slot moves", async () => {
  const event = newEvent();
  await listen(event.tenantId);
  await startMove(event.tenantId);
  const published = outcomeOf(publishEvent(event));
  await hears(event.envelope);
  await expect(published).resolves.toMatch(/TRYAGAIN|timed out/);
});

test("an event is heard while its slot moves to a master that is away, without an unhandled rejection", async () => {
  const event = newEvent();
  await listen(event.tenantId);
  await publish(event);
  const { move } = await startMove(event.tenantId);
  for (const key of [keys.log(event.tenantId, event.epoch), keys.head(event.tenantId)])
    await move(key);
  const [, target] = await mastersOf(event.tenantId);
  await target?.kill();
  const next = nextOf(event);
  const published = outcomeOf(publishEvent(next));
  await hears(next.envelope);
  await expect(published).resolves.toMatch(/closed|CLUSTERDOWN|timed out/);
  await target?.restart();
  await waitFor(
    async () => (await Promise.all(servers.masters.map(isWhole))).every(Boolean),
    20_000,
  );
}, 60_000);

test("an event is heard while another part of the Cluster is away", async () => {
  const event = newEvent();
  await listen(event.tenantId);
  const [own, other] = await mastersOf(event.tenantId);
  await other?.kill();
  await waitFor(async () => own !== undefined && !(await isWhole(own)), 20_000);
  const published = outcomeOf(publishEvent(event));
  await hears(event.envelope);
  await expect(published).resolves.toMatch(/CLUSTERDOWN|timed out/);
  await other?.restart();
}, 60_000);
