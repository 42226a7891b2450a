import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { Head } from "@waiter/contracts";
import { startRedis, waitFor, type TestRedis } from "@waiter/testkit";
import type { FakeTenant } from "../testing/fake-api.ts";
import { collect, Harness, next, nextStatus, type TestGateway } from "../testing/harness.ts";

let redis: TestRedis;
let harness: Harness;
let gateway: TestGateway;
let number = 0;

beforeAll(async () => {
  redis = await startRedis();
  harness = await Harness.start(redis.url);
  gateway = await harness.gateway();
});
afterAll(async () => {
  await harness[Symbol.asyncDispose]();
  await redis[Symbol.asyncDispose]();
});

const newTenant = (): FakeTenant => harness.api.addTenant(`house${(number += 1)}`);
const headOf = ({ epoch, events }: FakeTenant): Head => ({ epoch, seq: events.length });
const dial = (tenant: FakeTenant, table: string, position?: Head, at = gateway) =>
  harness.dial(at, "/guest", harness.guestToken(tenant, { table }), {
    host: `${tenant.slug}.waiter.test`,
    ...(position && { position }),
  });
const changes = (): number => harness.api.asked("/internal/changes").length;
/** The positions after which the api was asked about this tenant. */
const questionsAbout = ({ id }: FakeTenant): Head[] =>
  harness.api
    .asked("/internal/changes")
    .flatMap(({ body }) => (body as { tenants: (Head & { tenant: string })[] }).tenants)
    .filter(({ tenant }) => tenant === id);

/** Holds every subscription of a gateway until the returned function is called. */
function holdSubscriptions({ gateway: { context } }: TestGateway): () => void {
  const { client } = context.subscriber;
  const held = Promise.withResolvers<void>();
  const subscribe = client.ssubscribe.bind(client);
  client.ssubscribe = (async (...channels: string[]) => {
    await held.promise;
    return await subscribe(...channels);
  }) as typeof client.ssubscribe;
  return () => {
    client.ssubscribe = subscribe;
    held.resolve();
  };
}

test("G3: a change between the session and the subscription is named at joining", async () => {
  const tenant = newTenant();
  const [changed, quiet] = [randomUUID(), randomUUID()];
  await harness.publish(tenant);
  const known = headOf(tenant);
  await harness.publish(tenant, harness.changeOf(changed));
  const before = changes();
  const told = Promise.all([
    next(dial(tenant, changed, known), "resync"),
    nextStatus(dial(tenant, quiet, known), headOf(tenant)),
    nextStatus(dial(tenant, quiet, known), headOf(tenant)),
  ]);
  await expect(told).resolves.toMatchObject([headOf(tenant), headOf(tenant), headOf(tenant)]);
  expect(changes() - before).toBeLessThanOrEqual(3);
});

test("a guest that knows the published head costs the api nothing", async () => {
  const tenant = newTenant();
  await harness.publish(tenant);
  const before = changes();
  await nextStatus(dial(tenant, randomUUID(), headOf(tenant)), headOf(tenant));
  expect(changes()).toBe(before);
});

test("a hundred guests of one tenant that join together cost the api one question", async () => {
  const tenant = newTenant();
  await harness.publish(tenant);
  const known = headOf(tenant);
  const table = randomUUID();
  await harness.publish(tenant, harness.changeOf(table));
  const before = changes();
  const told = Array.from({ length: 100 }, (_, index) =>
    index === 0
      ? next(dial(tenant, table, known), "resync")
      : nextStatus(dial(tenant, randomUUID(), known), headOf(tenant)),
  );
  await Promise.all(told);
  expect(changes() - before).toBe(1);
});

test("a late confirmation costs no second question where nothing was published", async () => {
  const late = await harness.gateway({ subscriptionWaitMs: 50 });
  const tenant = newTenant();
  await harness.publish(tenant);
  const release = holdSubscriptions(late);
  const client = dial(tenant, randomUUID(), headOf(tenant), late);
  await nextStatus(client, headOf(tenant));
  const before = changes();
  release();
  // The check's own question waits half a second for others; it is the only one.
  await client.emitWithAck("sync", { ...headOf(tenant), check: true });
  expect(changes() - before).toBe(1);
});

test("fifty guests that check together cost two questions at most, and no reading", async () => {
  const tenant = newTenant();
  await harness.publish(tenant);
  const position = headOf(tenant);
  const guests = Array.from({ length: 50 }, () => dial(tenant, randomUUID(), position));
  await Promise.all(guests.map((guest) => nextStatus(guest, position)));
  await harness.publish(tenant, harness.changeOf(randomUUID()));
  const [before, read] = [changes(), harness.api.asked("/api/guest/requests").length];
  const answers = guests.map((guest) => guest.emitWithAck("sync", { ...position, check: true }));
  await expect(Promise.all(answers)).resolves.toEqual(
    guests.map(() => ({ ok: true, unchanged: true, ...headOf(tenant) })),
  );
  expect(changes() - before).toBeLessThanOrEqual(2);
  expect(harness.api.asked("/api/guest/requests")).toHaveLength(read);
});

test("invented epochs and positions cost two questions a second and spoil no answer", async () => {
  const tenant = newTenant();
  await harness.publish(tenant);
  const position = headOf(tenant);
  const [liar, honest] = [
    dial(tenant, randomUUID(), position),
    dial(tenant, randomUUID(), position),
  ];
  await Promise.all([liar, honest].map((guest) => nextStatus(guest, position)));
  const check = (guest: typeof liar, at: Head) =>
    guest.emitWithAck("sync", { ...at, check: true }) as Promise<object>;
  await check(honest, position);
  await harness.publish(tenant, harness.changeOf(randomUUID()));
  const before = questionsAbout(tenant).length;
  const began = performance.now();
  const lies = Array.from({ length: 20 }, (_, index) => [
    { epoch: randomUUID(), seq: index },
    { epoch: tenant.epoch, seq: 1_000_000 + index },
  ]).flat();
  const answers = lies.map((lie) => check(liar, lie));
  await expect(check(honest, position)).resolves.toEqual({
    ok: true,
    unchanged: true,
    ...headOf(tenant),
  });
  await Promise.all(answers);
  const seconds = (performance.now() - began) / 1_000;
  const asked = questionsAbout(tenant).slice(before);
  expect(asked.length).toBeLessThanOrEqual(1 + Math.ceil(2 * seconds));
  expect(asked.every(({ epoch }) => epoch === tenant.epoch)).toBe(true);
});

test("G3: a first guest's invented position hides no change from other guests", async () => {
  harness.api.tellsChanges = true;
  const own = await harness.gateway({ headsIntervalMs: 200 });
  const tenant = newTenant();
  await harness.publish(tenant);
  const table = randomUUID();
  const invented = { epoch: tenant.epoch, seq: 1_000_000 };
  await nextStatus(dial(tenant, randomUUID(), invented, own), invented);
  const honest = dial(tenant, table, headOf(tenant), own);
  await nextStatus(honest, headOf(tenant));
  const told = next(honest, "resync");
  // Redis never has it: the round of heads names the table.
  harness.api.commit(tenant, harness.changeOf(table));
  await expect(told).resolves.toMatchObject(headOf(tenant));
  harness.api.tellsChanges = false;
});

test("a check finds a change whose message and whose first question were lost", async () => {
  const tenant = newTenant();
  await harness.publish(tenant);
  const table = randomUUID();
  const known = headOf(tenant);
  const client = dial(tenant, table, known);
  await nextStatus(client, known);
  // Redis does not have it either.
  harness.api.commit(tenant, harness.changeOf(table));
  harness.api.failing.set("/internal/changes", 1);
  const check = () => client.emitWithAck("sync", { ...known, check: true });
  await expect(check()).resolves.toMatchObject({ ok: false });
  await expect(check()).resolves.toMatchObject({ ok: true, requests: [], ...headOf(tenant) });
});

test("a guest that waits for nothing learns of a change without a message", async () => {
  harness.api.tellsChanges = true;
  const own = await harness.gateway({ headsIntervalMs: 200 });
  const tenant = newTenant();
  await harness.publish(tenant);
  const [table, quiet] = [randomUUID(), randomUUID()];
  const [client, other] = [table, quiet].map((id) => dial(tenant, id, headOf(tenant), own));
  await Promise.all([client!, other!].map((one) => nextStatus(one, headOf(tenant))));
  const silent = collect(other!, "resync");
  // The first answer fails: the table is named in a later round.
  harness.api.failing.set("/internal/changes", 1);
  const told = next(client!, "resync");
  harness.api.commit(tenant, harness.changeOf(table));
  await expect(told).resolves.toMatchObject(headOf(tenant));
  expect(silent).toEqual([]);
  harness.api.tellsChanges = false;
});

test("a comparison before a late confirmation is repeated after it", async () => {
  const late = await harness.gateway({ subscriptionWaitMs: 50 });
  const tenant = newTenant();
  await harness.publish(tenant);
  const release = holdSubscriptions(late);
  const table = randomUUID();
  const client = dial(tenant, table, headOf(tenant), late);
  await nextStatus(client, headOf(tenant));
  await harness.publish(tenant, harness.changeOf(table));
  const told = next(client, "resync");
  release();
  await expect(told).resolves.toMatchObject(headOf(tenant));
});

test("a guest's sync before a late confirmation is repaired after it", async () => {
  const late = await harness.gateway({ subscriptionWaitMs: 50 });
  const tenant = newTenant();
  const release = holdSubscriptions(late);
  const table = randomUUID();
  const client = dial(tenant, table, undefined, late);
  await next(client, "connect");
  await expect(client.emitWithAck("sync", {})).resolves.toMatchObject({ ok: true, seq: 0 });
  await harness.publish(tenant, harness.changeOf(table));
  const told = next(client, "resync");
  release();
  await expect(told).resolves.toMatchObject({ seq: 1 });
});

test("a staff sync before a late confirmation is repaired by the head after it", async () => {
  // Without the repair the next head of an unmoved room would come after an hour.
  const late = await harness.gateway({ subscriptionWaitMs: 50, headSilenceMs: 3_600_000 });
  const tenant = newTenant();
  const release = holdSubscriptions(late);
  const client = harness.dial(late, "/staff", harness.staffToken(tenant), {
    host: `${tenant.slug}.waiter.test`,
  });
  await next(client, "connect");
  await expect(client.emitWithAck("sync", { since: 0 })).resolves.toMatchObject({ head: 0 });
  await harness.publish(tenant);
  const head = next<{ seq: number }>(client, "head");
  release();
  await expect(head).resolves.toMatchObject({ seq: 1 });
});

test("after a Redis stall the api is asked once per tenant, and names the changed table", async () => {
  const tenants = [newTenant(), newTenant(), newTenant()];
  const table = randomUUID();
  for (const tenant of tenants) await harness.publish(tenant);
  const guests = tenants.flatMap((tenant, place) =>
    Array.from({ length: 50 }, (_, index) =>
      dial(tenant, place === 0 && index === 0 ? table : randomUUID(), headOf(tenant)),
    ),
  );
  await Promise.all(guests.map((client) => nextStatus(client, { seq: 1 })));
  const [before, told] = [harness.api.calls.length, guests.map((one) => collect(one, "resync"))];
  const away = nextStatus(guests[0]!, { degraded: true });
  await redis.pause();
  await away;
  const [first] = tenants;
  harness.api.commit(first!, harness.changeOf(table));
  await redis.resume();
  await waitFor(() => told[0]!.some((message) => "seq" in (message as object)), 20_000);
  await waitFor(() => told.every((messages) => messages.length > 0), 5_000);
  expect(
    told
      .slice(1)
      .flat()
      .filter((message) => "seq" in (message as object)),
  ).toEqual([]);
  // Gateways of other tests repair their own tenants at the same time.
  const ids = new Set(tenants.map(({ id }) => id));
  const asked = harness.api.calls.slice(before).filter(({ path, body }) => {
    if (path !== "/internal/changes") return false;
    return (body as { tenants: { tenant: string }[] }).tenants.some(({ tenant }) =>
      ids.has(tenant),
    );
  });
  expect(asked).toHaveLength(1);
  // Heads are read by the interval, reach once per tenant, whatever happens; no guest asks.
  const others = ["/internal/changes", "/internal/heads", "/internal/reach"];
  const paths = harness.api.calls.slice(before).map(({ path }) => path);
  expect(paths.filter((path) => !others.includes(path))).toEqual([]);
}, 60_000);
