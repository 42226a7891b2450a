import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { rooms, type Envelope, type SyncAnswer } from "@waiter/contracts";
import { sharedRedisUrl, waitFor } from "@waiter/testkit";
import { problem, type FakeTenant } from "./testing/fake-api.ts";
import { collect, Harness, next, type TestGateway } from "./testing/harness.ts";
import { rawClient } from "./testing/raw-client.ts";

let harness: Harness;
let one: TestGateway;
let two: TestGateway;
let pizza: FakeTenant;
let sushi: FakeTenant;

beforeAll(async () => {
  harness = await Harness.start(sharedRedisUrl());
  [one, two] = await Promise.all([harness.gateway(), harness.gateway()]);
  pizza = harness.api.addTenant("pizza");
  sushi = harness.api.addTenant("sushi");
});
afterAll(async () => {
  await harness[Symbol.asyncDispose]();
});

const staff = (gateway = one, tenant = pizza) =>
  harness.connect(gateway, "/staff", harness.staffToken(tenant), {
    host: `${tenant.slug}.waiter.test`,
  });

describe("handshake", () => {
  test("a missing, forged or foreign-audience token is unauthorized", async () => {
    await expect(harness.refused(one, "/staff", undefined)).resolves.toMatchObject({
      code: "unauthorized",
    });
    await expect(
      harness.refused(one, "/staff", `${harness.staffToken(pizza).slice(0, -4)}AAAA`),
    ).resolves.toMatchObject({ code: "unauthorized" });
    await expect(harness.refused(one, "/staff", harness.guestToken(pizza))).resolves.toMatchObject({
      code: "unauthorized",
    });
    await expect(harness.refused(one, "/guest", harness.staffToken(pizza))).resolves.toMatchObject({
      code: "unauthorized",
    });
  });

  test("an expired token is refused as token_expired", async () => {
    await expect(
      harness.refused(one, "/guest", harness.guestToken(pizza, { lifetimeS: -60 })),
    ).resolves.toMatchObject({ code: "token_expired" });
  });

  test.each([
    { epoch: null, seq: null },
    { epoch: "first", seq: 1 },
    { epoch: randomUUID(), seq: -1 },
    { protocol: "1" },
  ])("a valid token is admitted with the invalid field of %j ignored", async (fields) => {
    const client = await rawClient(one.port);
    const auth = JSON.stringify({ token: harness.guestToken(pizza), ...fields });
    client.socket.send(`40/guest,${auth}`);
    await expect(client.message("4")).resolves.toMatch(/^40/);
    client.socket.close();
  });

  test("G4: a token works only at its own restaurant's host", async () => {
    await expect(
      harness.refused(one, "/staff", harness.staffToken(pizza), { host: "sushi.waiter.test" }),
    ).resolves.toMatchObject({ code: "tenant_mismatch" });
    await expect(
      harness.refused(one, "/staff", harness.staffToken(pizza), { host: "nobody.waiter.test" }),
    ).resolves.toMatchObject({ code: "tenant_unknown" });
    await expect(
      harness.refused(one, "/staff", harness.staffToken(pizza), { host: "waiter.test" }),
    ).resolves.toMatchObject({ code: "tenant_unknown" });
  });
});

describe("rooms", () => {
  test("G4: an event reaches only its tenant's staff, on every gateway", async () => {
    const [here, there, stranger, guest] = await Promise.all([
      staff(one),
      staff(two),
      staff(two, sushi),
      harness.connect(one, "/guest", harness.guestToken(pizza)),
    ]);
    const strays = [collect(stranger, "event"), collect(guest, "event"), collect(guest, "request")];
    await Promise.all(
      [here, there, stranger].map((client) => client.emitWithAck("sync", { since: 0 })),
    );
    const heard = Promise.all([next<Envelope>(here, "event"), next<Envelope>(there, "event")]);
    const seq = await harness.publish(pizza);
    for (const event of await heard) expect(event.seq).toBe(seq);
    await next(stranger.emit("seen", { seq: 0 }), "head");
    expect(strays).toEqual([[], [], []]);
  });

  test("G4: a guest gets messages of its own table only", async () => {
    const table = randomUUID();
    const [guest, other] = await Promise.all([
      harness.connect(one, "/guest", harness.guestToken(pizza, { table })),
      harness.connect(one, "/guest", harness.guestToken(pizza)),
    ]);
    const strays = collect(other, "request");
    const channel = `socket.io#/guest#${rooms.table(pizza.id, table)}#`;
    await waitFor(() => one.gateway.barrier.isConfirmed(channel), 5_000);
    const heard = next(guest, "request");
    await harness.emitter
      .of("/guest")
      .to(rooms.table(pizza.id, table))
      .emit("request", { request: { id: 1 } as never });
    await expect(heard).resolves.toEqual({ request: { id: 1 } });
    // Written to its connection after a message of the broadcast would have been.
    await other.emitWithAck("sync", {});
    expect(strays).toEqual([]);
  });
});

describe("sync", () => {
  test("sync answers from a complete log, oldest first, up to the head", async () => {
    const tenant = harness.api.addTenant("tapas");
    for (let count = 0; count < 3; count += 1) await harness.publish(tenant);
    const client = await staff(one, tenant);
    const asked = harness.api.asked("/api/events").length;
    const answer = (await client.emitWithAck("sync", {
      epoch: tenant.epoch,
      since: 1,
    })) as SyncAnswer;
    expect(answer).toMatchObject({
      status: "ok",
      epoch: tenant.epoch,
      head: 3,
      events: [{ seq: 2 }, { seq: 3 }],
    });
    expect(harness.api.asked("/api/events")).toHaveLength(asked);
  });

  test("the api fills a hole in the log", async () => {
    const tenant = harness.api.addTenant("ramen");
    await harness.publish(tenant);
    harness.api.commit(tenant);
    await harness.publish(tenant);
    const client = await staff(one, tenant);
    const answer = await client.emitWithAck("sync", { epoch: tenant.epoch, since: 0 });
    expect(answer).toMatchObject({
      status: "ok",
      head: 3,
      events: [{ seq: 1 }, { seq: 2 }, { seq: 3 }],
    });
  });

  test("a log that ends below the true head is not used", async () => {
    const tenant = harness.api.addTenant("curry");
    await harness.publish(tenant);
    harness.api.commit(tenant);
    const client = await staff(one, tenant);
    await expect(
      client.emitWithAck("sync", { epoch: tenant.epoch, since: 0 }),
    ).resolves.toMatchObject({ status: "ok", head: 2 });
  });

  test("another epoch or a position beyond the head is a reset", async () => {
    const client = await staff();
    const current = { status: "reset", epoch: pizza.epoch, head: pizza.events.length };
    await expect(
      client.emitWithAck("sync", { epoch: randomUUID(), since: 0 }),
    ).resolves.toMatchObject(current);
    await expect(
      client.emitWithAck("sync", { epoch: pizza.epoch, since: 1_000 }),
    ).resolves.toMatchObject(current);
  });

  test("no event is lost between a first sync and the room", async () => {
    for (let round = 0; round < 10; round += 1) {
      const tenant = harness.api.addTenant(`round${round}`);
      const client = await staff(one, tenant);
      const heard = collect<Envelope>(client, "event");
      const publishing = (async () => {
        for (let count = 0; count < 10; count += 1) await harness.publish(tenant);
      })();
      const answer = (await client.emitWithAck("sync", { since: 0 })) as SyncAnswer & {
        status: "ok";
      };
      await publishing;
      await waitFor(
        () => new Set([...answer.events, ...heard].map(({ seq }) => seq)).size === 10,
        5_000,
      );
    }
  });
});

describe("commands", () => {
  test("a command reaches the api with the user's token and key", async () => {
    const token = harness.staffToken(pizza);
    const client = await harness.connect(one, "/staff", token);
    const id = randomUUID();
    const request = {
      id,
      table: { id: randomUUID(), label: "4" },
      type: "water",
      state: "claimed",
      level: 0,
      version: 2,
      createdAt: new Date().toISOString(),
      updatedAt: new Date().toISOString(),
    };
    harness.api.command = () => ({ status: 200, body: { request } });
    await expect(
      client.emitWithAck("request:claim", { id, commandId: "c1", version: 1 }),
    ).resolves.toMatchObject({ ok: true, request: { id } });
    const call = harness.api.asked(`/api/requests/${id}/claim`)[0];
    expect(call).toMatchObject({
      headers: {
        host: "pizza.waiter.test",
        authorization: `Bearer ${token}`,
        "idempotency-key": "c1",
      },
      body: { version: 1 },
    });
  });

  test("a lost claim is answered with the api's code and the current request", async () => {
    const client = await staff();
    harness.api.command = () => problem(409, "conflict", { request: { id: 7 } });
    const answer = await client.emitWithAck("request:claim", { id: randomUUID() });
    expect(answer).toMatchObject({ ok: false, error: { code: "conflict", request: { id: 7 } } });
  });

  test("a bad payload is refused in the acknowledgement; the socket stays", async () => {
    const client = await staff();
    await expect(client.emitWithAck("request:claim", { id: "no" })).resolves.toMatchObject({
      ok: false,
      error: { code: "validation_failed" },
    });
    await expect(client.emitWithAck("request:dismiss", null)).resolves.toMatchObject({
      ok: false,
      error: { code: "validation_failed" },
    });
    await expect(client.emitWithAck("no:such", {})).resolves.toMatchObject({
      ok: false,
      error: { code: "bad_request" },
    });
    await expect(client.emitWithAck("sync", { since: 0 })).resolves.toMatchObject({ status: "ok" });
  });

  test("polling works like WebSocket where it is enabled", async () => {
    const polling = await harness.gateway({
      transports: ["websocket", "polling"],
      trustedProxies: ["127.0.0.1"],
    });
    const client = await harness.connect(polling, "/staff", harness.staffToken(pizza), {
      transport: "polling",
    });
    await client.emitWithAck("sync", { epoch: pizza.epoch, since: 0 });
    const heard = next<Envelope>(client, "event");
    const seq = await harness.publish(pizza);
    expect((await heard).seq).toBe(seq);
    await expect(
      harness.connect(one, "/staff", harness.staffToken(pizza), { transport: "polling" }),
    ).rejects.toThrow("xhr poll error");
  });

  test("guests of one table never share the answer of a sync", async () => {
    const tenant = harness.api.addTenant("bistro");
    const table = randomUUID();
    const guests = await Promise.all(
      [randomUUID(), randomUUID()].map((sid) =>
        harness.connect(one, "/guest", harness.guestToken(tenant, { table, sid }), {
          host: "bistro.waiter.test",
        }),
      ),
    );
    const before = harness.api.asked("/api/guest/requests").length;
    const answers = await Promise.all(guests.map((guest) => guest.emitWithAck("sync", {})));
    for (const answer of answers)
      expect(answer).toMatchObject({ ok: true, requests: [], staffOnline: true });
    const asked = harness.api.asked("/api/guest/requests").slice(before);
    expect(new Set(asked.map(({ headers }) => headers.authorization)).size).toBe(2);
    expect(asked).toHaveLength(2);
  });
});
