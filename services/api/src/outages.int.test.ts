import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { connect } from "node:net";
import { describe, expect, test } from "@jest/globals";
import { boardAnswer } from "@waiter/contracts";
import { migrate } from "@waiter/database";
import { startPostgres, startRedis, waitFor } from "@waiter/testkit";
import { Redis } from "ioredis";
import {
  callWaiter,
  createRestaurant,
  loginAs,
  seatGuest,
  startTestApi,
  type Restaurant,
  type TestAnswer,
  type TestApi,
} from "./testing/start-test-api.ts";

const call = (api: TestApi, { slug }: Restaurant, token: string): Promise<TestAnswer> =>
  api.call(slug, "/api/guest/requests", {
    method: "POST",
    token,
    body: { type: "waiter" },
    headers: { "idempotency-key": randomUUID() },
  });

/** Calls one after the other from every table. */
async function callAll(
  api: TestApi,
  restaurant: Restaurant,
  guests: readonly string[],
): Promise<number[]> {
  const statuses: number[] = [];
  for (const guest of guests) statuses.push((await call(api, restaurant, guest)).status);
  return statuses;
}

describe("without Redis", () => {
  test.each(["pause", "kill"] as const)(
    "calls are saved and answered while it is away (%s), and the board has them",
    async (how) => {
      await using redis = await startRedis();
      await using api = await startTestApi({ env: { REDIS_URL: redis.url } });
      const restaurant = await createRestaurant(api, ["1", "2", "3", "4", "5", "6"]);
      const owner = await loginAs(api, restaurant);
      const guests = await Promise.all(
        restaurant.tables.map((_, index) => seatGuest(api, restaurant, index)),
      );
      await waitFor(() => api.context.redis.state === "ready", 10_000, "Redis");
      await redis[how]();
      expect(await callAll(api, restaurant, guests)).toEqual([201, 201, 201, 201, 201, 201]);
      const board = boardAnswer.parse(
        (await api.call(restaurant.slug, "/api/board", { token: owner })).body,
      );
      expect(board.requests).toHaveLength(6);
      const staffOnline = async () =>
        (await api.call(restaurant.slug, "/api/guest/requests", { token: guests[0] ?? "" })).body[
          "staffOnline"
        ];
      await waitFor(async () => (await staffOnline()) === null, 5_000, "an unknown staffOnline");
      expect((await api.call(undefined, "/livez")).status).toBe(200);
      expect((await api.call(undefined, "/api/health/sockets")).status).toBe(503);
      if (how === "pause") await redis.resume();
    },
  );
});

describe("a Redis that refuses writes", () => {
  test.each([
    ["OOM", (client: Redis) => client.config("SET", "maxmemory", "1")],
    ["NOREPLICAS", (client: Redis) => client.config("SET", "min-replicas-to-write", "1")],
  ])("(%s) makes staffOnline null, and a call is saved", async (_name, refuse) => {
    await using redis = await startRedis();
    await using api = await startTestApi({ env: { REDIS_URL: redis.url } });
    const restaurant = await createRestaurant(api);
    const guest = await seatGuest(api, restaurant);
    const online = async () =>
      (await api.call(restaurant.slug, "/api/guest/requests", { token: guest })).body[
        "staffOnline"
      ];
    expect(await online()).toBe(false);
    const client = new Redis(redis.url);
    await refuse(client);
    client.disconnect();
    await waitFor(async () => (await online()) === null, 10_000, "an unknown staffOnline");
    expect((await call(api, restaurant, guest)).status).toBe(201);
    const seated = await api.call(restaurant.slug, "/api/guest/sessions", {
      method: "POST",
      body: { tableToken: restaurant.tables[1]?.token },
    });
    expect([seated.status, seated.body["staffOnline"]]).toEqual([201, null]);
  });
});

describe("a server with too many connections", () => {
  test("closes further ones at once, and serves those that it has", async () => {
    await using api = await startTestApi({ env: { HTTP_CONNECTIONS: "16" } });
    const silent = Array.from({ length: 16 }, () => connect(api.port, "127.0.0.1"));
    await Promise.all(silent.map((socket) => once(socket, "connect")));
    const further = connect(api.port, "127.0.0.1");
    await once(further, "close");
    silent[0]?.write("GET /api/health HTTP/1.1\r\nHost: localhost\r\n\r\n");
    const [bytes] = (await once(silent[0] ?? further, "data")) as [Buffer];
    expect(bytes.toString()).toContain("HTTP/1.1 200");
    for (const socket of silent) socket.destroy();
  });
});

describe("without Postgres", () => {
  test("without Postgres a POST answers 503 with Retry-After and succeeds later", async () => {
    await using postgres = await startPostgres();
    await migrate({
      migrationUrl: postgres.ownerUrl,
      appUrl: postgres.appUrl,
      relayUrl: postgres.relayUrl,
    });
    await using api = await startTestApi({ env: { DATABASE_URL: postgres.appUrl } });
    const restaurant = await createRestaurant(api);
    const guest = await seatGuest(api, restaurant);
    await postgres.stop();
    const refused = await call(api, restaurant, guest);
    expect([refused.status, refused.body["code"]]).toEqual([503, "unavailable"]);
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
    const health = await api.call(undefined, "/api/health");
    expect([health.status, health.body["status"]]).toEqual([200, "degraded"]);
    expect((await api.call(undefined, "/livez")).status).toBe(200);
    await postgres.restart();
    await waitFor(
      async () => (await call(api, restaurant, guest)).status === 201,
      20_000,
      "a call that is saved",
    );
  });
});

describe("at a stop", () => {
  test("requests in flight are finished, answers close connections, new requests are refused", async () => {
    const api = await startTestApi({ drainMs: 2_000 });
    const restaurant = await createRestaurant(api);
    const guest = await seatGuest(api, restaurant);
    const { database } = api.context;
    const { promise: held, resolve: release } = Promise.withResolvers<void>();
    const tenant = (await database.findTenant(restaurant.slug))?.id ?? "";
    // Another transaction holds the tenant's counter, so the call waits in its own.
    const holding = database.inTenant(tenant, async (tx) => {
      await tx
        .updateTable("tenant_counter")
        .set({ seq: 0 })
        .where("tenant_id", "=", tenant)
        .execute();
      await held;
    });
    const inFlight = callWaiter(api, restaurant, guest);
    await waitFor(() => database.poolCounts().active >= 2, 5_000, "the call in flight");
    const stopped = api.lifecycle.stop("test");
    const late = await api.call(restaurant.slug, "/readyz");
    expect([late.status, late.headers.get("connection")]).toEqual([503, "close"]);
    release();
    await holding;
    expect(await inFlight).toMatchObject({ state: "new" });
    await stopped;
    await expect(api.call(restaurant.slug, "/readyz")).rejects.toThrow();
    await api[Symbol.asyncDispose]();
  });
});
