import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { channels, keys, rooms, type TenantMessage } from "@waiter/contracts";
import { startRedis, waitFor, type TestRedis } from "@waiter/testkit";
import { Redis } from "ioredis";
import { defaultSettings } from "./settings.ts";
import type { FakeTenant } from "./testing/fake-api.ts";
import { collect, Harness, next, nextStatus, type TestGateway } from "./testing/harness.ts";

let redis: TestRedis;
let harness: Harness;
let one: TestGateway;
let two: TestGateway;
let pizza: FakeTenant;

beforeAll(async () => {
  redis = await startRedis();
  harness = await Harness.start(redis.url);
  [one, two] = await Promise.all([
    harness.gateway({ degradedHeadsIntervalMs: 200 }),
    harness.gateway(),
  ]);
  pizza = harness.api.addTenant("pizza");
});
afterAll(async () => {
  await harness[Symbol.asyncDispose]();
  await redis[Symbol.asyncDispose]();
});

const staff = (gateway = one, options: Parameters<Harness["staffToken"]>[1] = {}) =>
  harness.connect(gateway, "/staff", harness.staffToken(pizza, options));
const guest = (gateway = one) => harness.connect(gateway, "/guest", harness.guestToken(pizza));
const monitor = async (): Promise<{ lines: string[]; end: () => void }> => {
  const client = new Redis(redis.url);
  const watching = await client.monitor();
  const lines: string[] = [];
  watching.on("monitor", (_time: string, args: string[]) => lines.push(args.join(" ")));
  return { lines, end: () => (watching.disconnect(), client.disconnect()) };
};

describe("Redis", () => {
  test("sending heads uses no Redis command", async () => {
    const client = await staff();
    await client.emitWithAck("sync", { since: 0 });
    const { lines, end } = await monitor();
    await next(client, "head");
    await next(client, "head");
    end();
    expect(lines.filter((line) => /publish|head/i.test(line))).toEqual([]);
  });

  test("a malformed pub/sub message is counted and ignored", async () => {
    const client = await staff();
    await client.emitWithAck("sync", { since: 0 });
    const room = `socket.io#/staff#${rooms.staff(pizza.id)}#`;
    for (const message of [
      "{}",
      '{"uid":"x","nsp":"/staff","type":3}',
      '{"uid":"x","nsp":"/staff","type":3,"data":{}}',
      "{not json",
      '{"uid":"x","nsp":"/staff","type":9,"data":{}}',
      "nonsense",
      "\u00c1",
    ]) {
      await harness.redis.client.spublish(room, message);
      await harness.redis.client.spublish("socket.io#/staff#", message);
    }
    const heard = next(client, "event");
    await harness.publish(pizza);
    await heard;
    await expect(
      one.gateway.context.metrics.registry.getSingleMetricAsString(
        "waiter_malformed_messages_total",
      ),
    ).resolves.toMatch(/source="pubsub"} \d/);
  });

  test("an outage sends status and uses the api; afterwards rooms are subscribed again", async () => {
    const [client, visitor] = await Promise.all([staff(), guest()]);
    await client.emitWithAck("sync", { since: 0 });
    const away = [client, visitor].map((socket) => nextStatus(socket, { degraded: true }));
    await redis.kill();
    await Promise.all(away);

    const event = harness.api.commit(pizza);
    await waitFor(
      async () => (await next<{ seq: number }>(client, "head")).seq === event.seq,
      5_000,
    );
    await expect(
      client.emitWithAck("sync", { epoch: pizza.epoch, since: event.seq - 1 }),
    ).resolves.toMatchObject({
      status: "ok",
      events: [{ seq: event.seq }],
    });
    const late = harness.dial(one, "/staff", harness.staffToken(pizza));
    await nextStatus(late, { degraded: true });

    const back = Promise.all([
      nextStatus(client, { degraded: false }),
      nextStatus(visitor, { degraded: false }),
      next(visitor, "resync"),
      next(client, "head"),
    ]);
    await redis.restart();
    await expect(back).resolves.toMatchObject([
      { degraded: false },
      { degraded: false },
      { withinMs: 100 },
      { seq: event.seq },
    ]);
    const heard = Promise.all([next(client, "event"), next(late, "event")]);
    await harness.redis.ready();
    await harness.publish(pizza);
    await heard;
  });

  test("a gateway starts without Redis and recovers when Redis starts", async () => {
    await redis.kill();
    const fresh = await harness.gateway({ degradedHeadsIntervalMs: 200 });
    const client = harness.dial(fresh, "/staff", harness.staffToken(pizza));
    await nextStatus(client, { degraded: true });
    const { seq } = harness.api.commit(pizza);
    await waitFor(async () => (await next<{ seq: number }>(client, "head")).seq === seq, 5_000);
    await expect(
      client.emitWithAck("sync", { epoch: pizza.epoch, since: seq - 1 }),
    ).resolves.toMatchObject({ status: "ok", events: [{ seq }] });

    const back = nextStatus(client, { degraded: false });
    await redis.restart();
    await back;
    const heard = next(client, "event");
    await harness.redis.ready();
    await harness.publish(pizza);
    await heard;
  });
});

describe("a Redis that hangs", () => {
  test("a hang is detected, sync uses the api, guests get resync afterwards", async () => {
    const [client, visitor] = await Promise.all([staff(), guest()]);
    await client.emitWithAck("sync", { since: 0 });
    const away = nextStatus(client, { degraded: true });
    await redis.pause();
    const { seq } = harness.api.commit(pizza);
    await expect(
      client.emitWithAck("sync", { epoch: pizza.epoch, since: seq - 1 }),
    ).resolves.toMatchObject({ status: "ok", events: [{ seq }] });
    await away;
    const back = Promise.all([nextStatus(client, { degraded: false }), next(visitor, "resync")]);
    await redis.resume();
    await expect(back).resolves.toMatchObject([{ degraded: false }, { withinMs: 100 }]);
    await harness.redis.ready();
  });
});

describe("revocation", () => {
  test("an announced revocation ends the session's sockets on every gateway", async () => {
    const sid = randomUUID();
    const [here, there, other] = await Promise.all([
      staff(one, { sid }),
      staff(two, { sid }),
      staff(two),
    ]);
    const ended = Promise.all([next(here, "disconnect"), next(there, "disconnect")]);
    await harness.emitter
      .of("/staff")
      .serverSideEmit("waiter:session-revoked", { tenantId: pizza.id, sid });
    await expect(ended).resolves.toEqual(["io server disconnect", "io server disconnect"]);
    expect(other.connected).toBe(true);
    await expect(
      harness.refused(one, "/staff", harness.staffToken(pizza, { sid })),
    ).resolves.toMatchObject({ code: "unauthorized" });
  });

  test("a revocation on the tenant's channel ends the sockets of the tenant's gateways alone", async () => {
    const tenant = harness.api.addTenant("curry");
    const sid = randomUUID();
    const client = await harness.connect(one, "/staff", harness.staffToken(tenant, { sid }), {
      host: "curry.waiter.test",
    });
    const ended = next(client, "disconnect");
    const message: TenantMessage = { type: "revoked", ids: [sid], lifetimeS: 900 };
    await harness.redis.client.spublish(channels.tenant(tenant.id), JSON.stringify(message));
    await expect(ended).resolves.toBe("io server disconnect");
    expect(one.gateway.revoked.isRevoked(tenant.id, sid)).toBe(true);
    await harness.emitter
      .of("/staff")
      .serverSideEmit("waiter:session-revoked", { tenantId: tenant.id, sid });
    // The other gateway has no socket of the tenant, so it keeps nothing.
    expect(two.gateway.revoked.isRevoked(tenant.id, sid)).toBe(false);
  });

  test("a revocation stored in Redis refuses a handshake on any gateway", async () => {
    const tenant = harness.api.addTenant("sushi");
    const sid = randomUUID();
    await harness.redis.client.zadd(
      keys.revoked(tenant.id),
      Math.floor(Date.now() / 1_000) + 900,
      sid,
    );
    await expect(
      harness.refused(one, "/staff", harness.staffToken(tenant, { sid }), {
        host: "sushi.waiter.test",
      }),
    ).resolves.toMatchObject({
      code: "unauthorized",
    });
  });

  test("heads repair a revocation announced while Redis was away", async () => {
    const sid = randomUUID();
    const client = await staff(one, { sid });
    const ended = next(client, "disconnect");
    await redis.kill();
    pizza.revoked.push(sid);
    await redis.restart();
    await ended;
    await waitFor(() => two.gateway.revoked.isRevoked(pizza.id, sid), 10_000);
    await expect(
      harness.refused(two, "/staff", harness.staffToken(pizza, { sid })),
    ).resolves.toMatchObject({ code: "unauthorized" });
  });
});

describe("presence", () => {
  test("a new screen and a logout are announced on every gateway", async () => {
    const watching = await staff(two);
    const [sub, sid] = [randomUUID(), randomUUID()];
    const states = collect<{ staff: { id: string; state: string }[] }>(watching, "presence");
    await staff(one, { sub, sid });
    await waitFor(
      () => states.at(-1)?.staff.some(({ id, state }) => id === sub && state === "online"),
      5_000,
    );
    await harness.emitter
      .of("/staff")
      .serverSideEmit("waiter:session-revoked", { tenantId: pizza.id, sid });
    await waitFor(() => states.at(-1)?.staff.every(({ id }) => id !== sub), 5_000);
  });
});

describe("tokens", () => {
  test("a socket ends after its token's grace unless it refreshed the token", async () => {
    const gateway = await harness.gateway({ tokenGraceMs: 0 });
    const sid = randomUUID();
    const [sub, lifetimeS] = [randomUUID(), 2];
    const [client, refreshed] = await Promise.all([
      staff(gateway, { lifetimeS }),
      staff(gateway, { lifetimeS, sid, sub }),
    ]);
    await expect(
      refreshed.emitWithAck("auth:refresh", { token: harness.staffToken(pizza) }),
    ).resolves.toMatchObject({
      ok: false,
      error: { code: "unauthorized" },
    });
    await expect(
      refreshed.emitWithAck("auth:refresh", { token: harness.staffToken(pizza, { sid, sub }) }),
    ).resolves.toMatchObject({ ok: true });
    await next(client, "disconnect");
    await expect(refreshed.emitWithAck("sync", { since: 0 })).resolves.toMatchObject({
      status: "ok",
    });
  });
});

describe("capacity", () => {
  test("above MAX_CONNECTIONS a handshake gets 503 overloaded with Retry-After", async () => {
    const full = await harness.gateway({ maxConnections: 1 });
    await staff(full);
    const answer = await upgrade(full.port);
    expect(answer).toMatch(/^HTTP\/1.1 503/);
    expect(answer).toMatch(/Retry-After: \d+/);
    expect(answer).toMatch(/"code":"overloaded"/);
  });

  test("an address above its handshake rate gets 503 rate_limited", async () => {
    const strict = await harness.gateway({ rate: { burst: 1, perSecond: 0 } });
    await staff(strict);
    await expect(upgrade(strict.port)).resolves.toMatch(/"code":"rate_limited"/);
  });

  test("a socket above its message rate is refused, then ended", async () => {
    const strict = await harness.gateway({
      budget: { ...defaultSettings.budget, messageRate: { burst: 5, perSecond: 0 } },
    });
    const client = await staff(strict);
    const ended = next(client, "disconnect");
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => client.emitWithAck("no:such", {})),
    );
    expect(answers.filter(({ error }) => error.code === "rate_limited")).toHaveLength(5);
    for (let count = 0; count < 100; count += 1) client.emit("no:such", {});
    await ended;
  });
});

describe("drain", () => {
  test("G7: a draining gateway announces and closes only its own clients", async () => {
    const leaving = await harness.gateway({ drainWindowMs: 1_000 });
    const [first, second, visitor, elsewhere] = await Promise.all([
      staff(leaving),
      staff(leaving),
      guest(leaving),
      staff(two),
    ]);
    const strays = [collect(elsewhere, "draining"), collect(elsewhere, "disconnect")];
    const told = Promise.all(
      [first, second, visitor].map((client) => next<{ reconnectInMs: number }>(client, "draining")),
    );
    const ended = Promise.all(
      [first, second, visitor].map((client) => next<string>(client, "disconnect")),
    );
    const stopping = leaving.lifecycle.stop("SIGTERM");
    for (const { reconnectInMs } of await told) expect(reconnectInMs).toBeLessThanOrEqual(1_000);
    await expect(upgrade(leaving.port)).resolves.toMatch(/^HTTP\/1.1 503[^]*"code":"draining"/);
    // Not "io server disconnect": socket.io-client would not reconnect after it.
    await expect(ended).resolves.toEqual(["transport close", "transport close", "transport close"]);
    await stopping;
    expect(leaving.lifecycle.failures).toBe(0);
    expect(elsewhere.connected).toBe(true);
    expect(strays).toEqual([[], []]);
  });

  test("a closed client leaves no room, channel or id", async () => {
    const before = {
      channels: one.gateway.barrier.size,
      rooms: one.gateway.guest.adapter.rooms.size,
      sids: one.gateway.guest.adapter.sids.size,
    };
    const guests = await Promise.all(Array.from({ length: 20 }, () => guest()));
    for (const client of guests) client.disconnect();
    await waitFor(() => one.gateway.guest.sockets.size === before.sids, 5_000);
    expect({
      channels: one.gateway.barrier.size,
      rooms: one.gateway.guest.adapter.rooms.size,
      sids: one.gateway.guest.adapter.sids.size,
    }).toEqual(before);
  });
});

/** The raw answer to a WebSocket handshake. */
async function upgrade(port: number): Promise<string> {
  const { connect } = await import("node:net");
  const socket = connect(port, "127.0.0.1");
  socket.write(
    "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: pizza.waiter.test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
  );
  let answer = "";
  socket.setEncoding("utf8").on("data", (text: string) => (answer += text));
  await once(socket, "close");
  return answer;
}
