import { afterEach, expect, test } from "@jest/globals";
import { keys } from "@waiter/contracts";
import {
  startRedis,
  startRedisCluster,
  startRedisProcess,
  startSentinel,
  waitFor,
  type TestRedis,
} from "@waiter/testkit";
import { Redis } from "ioredis";
import type { FakeTenant } from "./testing/fake-api.ts";
import { collect, Harness, type TestGateway } from "./testing/harness.ts";
import { TcpSwitch } from "./testing/tcp-switch.ts";

const quickTests = { selfTestIntervalMs: 300, selfTestWaitMs: 2_000, presenceRefreshMs: 500 };
const closing: AsyncDisposable[] = [];
afterEach(async () => {
  for (const each of closing.splice(0).reverse()) await each[Symbol.asyncDispose]();
});
const later = <T extends AsyncDisposable>(value: T): T => {
  closing.push(value);
  return value;
};

async function start(url: string) {
  const harness = later(await Harness.start(url));
  const gateway = await harness.gateway(quickTests);
  const pizza = harness.api.addTenant("pizza");
  const screen = await harness.connect(gateway, "/staff", harness.staffToken(pizza));
  const statuses = collect<{ degraded: boolean }>(screen, "status");
  await screen.emitWithAck("sync", { since: 0 });
  return { harness, gateway, pizza, screen, statuses };
}
async function ask(server: Pick<TestRedis, "port">, name: string, ...args: string[]) {
  const client = new Redis(server.port, "127.0.0.1");
  try {
    return await client.call(name, ...args);
  } finally {
    client.disconnect();
  }
}
/** Names of the gateway's connections on a server. */
async function connectionsOn(server: Pick<TestRedis, "port">): Promise<string[]> {
  const list = String(await ask(server, "CLIENT", "LIST"));
  return [...list.matchAll(/name=(gateway-\w+)/g)].map(([, name]) => name ?? "").sort();
}
const all = ["gateway-command", "gateway-publisher", "gateway-subscriber"];
const present = async (server: Pick<TestRedis, "port">, { id }: FakeTenant) =>
  Number(await ask(server, "ZCARD", keys.presence(id)));
const degraded = ({ gateway }: TestGateway): boolean => gateway.watch.isDegraded;

test.each([
  ["its memory is full", ["maxmemory", "1"], ["maxmemory", "0"]],
  ["replicas are missing", ["min-replicas-to-write", "1"], ["min-replicas-to-write", "0"]],
])("a gateway is degraded while Redis refuses writes because %s", async (_why, on, off) => {
  const redis = later(await startRedis());
  const { gateway, statuses } = await start(redis.url);
  await ask(redis, "CONFIG", "SET", ...on);
  await waitFor(() => statuses.at(-1)?.degraded === true, 10_000);
  // The server is the right one: the connections stay.
  expect(await connectionsOn(redis)).toEqual(all);
  await ask(redis, "CONFIG", "SET", ...off);
  await waitFor(() => statuses.at(-1)?.degraded === false, 10_000);
  expect(degraded(gateway)).toBe(false);
});

test("a gateway is degraded while Redis refuses writes because it cannot save", async () => {
  const args = ["--save", "3600 1", "--enable-protected-configs", "yes"];
  const redis = later(await startRedis({ args }));
  const { gateway, statuses } = await start(redis.url);
  // No file can be made there.
  await ask(redis, "CONFIG", "SET", "dir", "/proc");
  await ask(redis, "BGSAVE");
  await waitFor(() => statuses.at(-1)?.degraded === true, 10_000);
  await expect(ask(redis, "SET", "key", "value")).rejects.toThrow("MISCONF");
  await ask(redis, "CONFIG", "SET", "stop-writes-on-bgsave-error", "no");
  await waitFor(() => statuses.at(-1)?.degraded === false, 10_000);
  expect(degraded(gateway)).toBe(false);
});

test("one shard of three that refuses writes degrades the gateway", async () => {
  const cluster = later(await startRedisCluster(3));
  const { gateway, harness, screen, pizza } = await start(cluster.url);
  const events = collect<{ seq: number }>(screen, "event");
  await harness.publish(pizza);
  await waitFor(() => events.length === 1, 10_000);
  for (const shard of cluster.masters) {
    await waitFor(() => !degraded(gateway), 10_000);
    await ask(shard, "CONFIG", "SET", "maxmemory", "1");
    await waitFor(() => degraded(gateway), 10_000);
    await ask(shard, "CONFIG", "SET", "maxmemory", "0");
  }
  await waitFor(() => !degraded(gateway), 10_000);
  await harness.publish(pizza);
  await waitFor(() => events.length === 2, 10_000);
}, 90_000);

test("connections to a primary demoted by REPLICAOF move to the new one", async () => {
  const [old, fresh] = [later(await startRedisProcess()), later(await startRedisProcess())];
  await ask(fresh, "REPLICAOF", "127.0.0.1", String(old.port));
  const address = later(await TcpSwitch.start(old.port));
  const { pizza, screen, statuses, harness } = await start(`redis://127.0.0.1:${address.port}`);
  await waitFor(async () => (await present(fresh, pizza)) === 1, 10_000);
  const events = collect<{ seq: number }>(screen, "event");

  await ask(fresh, "REPLICAOF", "NO", "ONE");
  address.target = fresh.port;
  await ask(old, "REPLICAOF", "127.0.0.1", String(fresh.port));

  await waitFor(async () => (await connectionsOn(fresh)).join() === all.join(), 60_000);
  expect(await connectionsOn(old)).toEqual([]);
  await waitFor(() => statuses.at(-1)?.degraded === false, 45_000);
  await waitFor(async () => {
    await harness.publish(pizza);
    return events.length > 0;
  }, 15_000);
  await ask(fresh, "DEL", keys.presence(pizza.id));
  await waitFor(async () => (await present(fresh, pizza)) === 1, 30_000);
}, 240_000);

test("a subscriber on another server than the writers is found and replaced", async () => {
  const [first, second] = [later(await startRedis()), later(await startRedis())];
  const address = later(await TcpSwitch.start(first.port));
  const { gateway } = await start(`redis://127.0.0.1:${address.port}`);
  address.target = second.port;
  const list = String(await ask(first, "CLIENT", "LIST"));
  const id = /id=(\d+) .*name=gateway-subscriber/.exec(list)?.[1] ?? "";
  await ask(first, "CLIENT", "KILL", "ID", id);
  await waitFor(async () => (await connectionsOn(second)).join() === all.join(), 20_000);
  await waitFor(() => !degraded(gateway), 10_000);
});

test("a subscriber on a replica of the writers' server is found and replaced", async () => {
  const [primary, replica] = [later(await startRedisProcess()), later(await startRedisProcess())];
  await ask(replica, "REPLICAOF", "127.0.0.1", String(primary.port));
  const address = later(await TcpSwitch.start(primary.port));
  const { gateway, pizza } = await start(`redis://127.0.0.1:${address.port}`);
  await waitFor(async () => (await present(replica, pizza)) === 1, 10_000);
  address.target = replica.port;
  const list = String(await ask(primary, "CLIENT", "LIST"));
  const id = /id=(\d+) .*name=gateway-subscriber/.exec(list)?.[1] ?? "";
  await ask(primary, "CLIENT", "KILL", "ID", id);
  await waitFor(async () => (await connectionsOn(replica)).length === 1, 20_000);
  // The replica passes on what is published on its primary: every message arrives.
  address.target = primary.port;
  await waitFor(async () => (await connectionsOn(primary)).join() === all.join(), 60_000);
  await waitFor(() => !degraded(gateway), 30_000);
}, 150_000);

test("a Sentinel fail-over leaves no connection on the demoted master", async () => {
  const sentinel = later(await startSentinel());
  const { gateway, pizza, screen, harness } = await start(sentinel.url);
  const events = collect<{ seq: number }>(screen, "event");
  await sentinel.failOver();
  await waitFor(async () => (await sentinel.masterPort()) !== sentinel.master.port, 20_000);
  const port = await sentinel.masterPort();
  await waitFor(async () => (await connectionsOn({ port })).join() === all.join(), 30_000);
  expect(await connectionsOn(sentinel.master)).toEqual([]);
  await waitFor(async () => {
    await harness.publish(pizza).catch(() => undefined);
    return events.length > 0;
  }, 20_000);
  await waitFor(() => !degraded(gateway), 10_000);
});
