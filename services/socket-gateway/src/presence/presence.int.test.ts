import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { channels, keys, type StatusMessage } from "@waiter/contracts";
import { startRedis, waitFor, type TestRedis } from "@waiter/testkit";
import { Redis } from "ioredis";
import type { FakeTenant } from "../testing/fake-api.ts";
import { collect, Harness, next, nextStatus, type TestGateway } from "../testing/harness.ts";
import { TcpSwitch } from "../testing/tcp-switch.ts";

let redis: TestRedis;
let harness: Harness;
let one: TestGateway;
let two: TestGateway;
let number = 0;
const closers: (() => void)[] = [];

beforeAll(async () => {
  redis = await startRedis();
  harness = await Harness.start(redis.url);
  [one, two] = await Promise.all([harness.gateway(), harness.gateway()]);
});
afterAll(async () => {
  for (const close of closers) close();
  await harness[Symbol.asyncDispose]();
  await redis[Symbol.asyncDispose]();
});

const newTenant = (): FakeTenant => harness.api.addTenant(`house${(number += 1)}`);
const dialStaff = (tenant: FakeTenant, at = one, sub = randomUUID()) =>
  harness.dial(at, "/staff", harness.staffToken(tenant, { sub }), {
    host: `${tenant.slug}.waiter.test`,
  });
const dialGuest = (tenant: FakeTenant, at = two) =>
  harness.dial(at, "/guest", harness.guestToken(tenant), { host: `${tenant.slug}.waiter.test` });

/** Collects the messages on the tenant's channel. */
async function listen(tenant: FakeTenant): Promise<string[]> {
  const client = new Redis(redis.url);
  closers.push(() => client.disconnect());
  const heard: string[] = [];
  client.on("smessage", (_channel, message) => heard.push(message));
  await client.ssubscribe(channels.tenant(tenant.id));
  return heard;
}

test("a screen that connects gets presence once", async () => {
  const tenant = newTenant();
  const sub = randomUUID();
  for (const at of [one, two, one]) {
    const client = dialStaff(tenant, at, sub);
    const heard = collect(client, "presence");
    await next(client, "presence");
    // Its own question is answered after everything that joining sent.
    await client.emitWithAck("sync", { since: 0 });
    expect(heard).toEqual([{ staff: [{ id: sub, state: "online" }] }]);
  }
});

test("guests of an idle table learn that staff come and leave, one message for the tenant", async () => {
  const tenant = newTenant();
  const guests = Array.from({ length: 10 }, () => dialGuest(tenant));
  await Promise.all(guests.map((guest) => nextStatus(guest, { staffOnline: false })));
  const heard = await listen(tenant);
  const online = guests.map((guest) => nextStatus(guest, { staffOnline: true, reach: "screen" }));
  const screen = dialStaff(tenant);
  await Promise.all(online);
  const second = dialStaff(tenant);
  await next(second, "presence");
  const offline = guests.map((guest) => nextStatus(guest, { staffOnline: false }));
  screen.disconnect();
  second.disconnect();
  await Promise.all(offline);
  expect(heard.map((text) => JSON.parse(text) as unknown)).toEqual([
    { type: "screens", online: true },
    { type: "screens", online: false },
  ]);
});

test("guests learn with the last screen's end which way still reaches the staff", async () => {
  const tenant = newTenant();
  const table = randomUUID();
  tenant.reach = { reach: "none", tables: [{ table, reach: "push" }] };
  const host = { host: `${tenant.slug}.waiter.test` };
  const screen = dialStaff(tenant);
  await next(screen, "presence");
  const waiting = harness.dial(two, "/guest", harness.guestToken(tenant, { table }), host);
  const idle = dialGuest(tenant);
  await Promise.all([waiting, idle].map((guest) => nextStatus(guest, { staffOnline: true })));
  const heard = [waiting, idle].map((guest) => collect<StatusMessage>(guest, "status"));
  const told = [nextStatus(waiting, { reach: "push" }), nextStatus(idle, { reach: "none" })];
  screen.disconnect();
  await Promise.all(told);
  // A slow api also changes the state of the path, which tells nothing of screens.
  const ofScreens = heard.map((all) => all.flatMap(({ staffOnline }) => staffOnline ?? []));
  expect(ofScreens).toEqual([[false], [false]]);
});

test("guests learn that the last screen left where the api does not know the way", async () => {
  const tenant = newTenant();
  const screen = dialStaff(tenant);
  await next(screen, "presence");
  const guest = dialGuest(tenant);
  await nextStatus(guest, { staffOnline: true });
  const told = nextStatus(guest, { staffOnline: false });
  screen.disconnect();
  expect(await told).not.toHaveProperty("reach");
});

test("a guest that joins later receives the present state", async () => {
  const tenant = newTenant();
  const screen = dialStaff(tenant);
  await next(screen, "presence");
  await nextStatus(dialGuest(tenant), { staffOnline: true });
  await nextStatus(dialGuest(tenant), { staffOnline: true });
});

test("a page reload within the grace announces nothing", async () => {
  const patient = await harness.gateway({ presenceLeaveMs: 300 });
  const tenant = newTenant();
  const sub = randomUUID();
  const before = dialStaff(tenant, patient, sub);
  await next(before, "presence");
  const heard = await listen(tenant);
  before.disconnect();
  const after = dialStaff(tenant, patient, sub);
  await next(after, "connect");
  const members = () => harness.redis.client.zcard(keys.presence(tenant.id));
  await waitFor(async () => (await members()) === 2, 5_000);
  await waitFor(async () => (await members()) === 1, 5_000);
  expect(heard).toEqual([]);
});

test("a lost announcement is repaired by the next look", async () => {
  const quick = await harness.gateway({ presenceRefreshMs: 200 });
  const tenant = newTenant();
  const guest = dialGuest(tenant, quick);
  await nextStatus(guest, { staffOnline: false });
  const told = nextStatus(guest, { staffOnline: true });
  // As a gateway of the release before stores it: without an announcement.
  const member = `${randomUUID()}:x`;
  await harness.redis.client.zadd(keys.presence(tenant.id), Date.now() + 60_000, member);
  await told;
});

test("a screen that joins while its gateway has no Redis is announced on the others when it is back", async () => {
  const tenant = newTenant();
  const watching = dialStaff(tenant, two);
  await next(watching, "presence");
  const states = collect<{ staff: { id: string }[] }>(watching, "presence");
  await using path = await TcpSwitch.start(redis.port);
  const cut = await harness.gateway({}, `redis://127.0.0.1:${path.port}`);
  path.target = 1;
  path.cut();
  await waitFor(() => cut.gateway.watch.isDegraded, 5_000);
  const sub = randomUUID();
  const late = dialStaff(tenant, cut, sub);
  await next(late, "connect");
  await waitFor(() => cut.gateway.tenants.hasStaff(tenant.id), 5_000);
  path.target = redis.port;
  await waitFor(() => states.at(-1)?.staff.some(({ id }) => id === sub), 10_000);
});
