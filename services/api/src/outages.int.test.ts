import { randomUUID } from "node:crypto";
import { describe, expect, test } from "@jest/globals";
import { boardAnswer } from "@waiter/contracts";
import { migrate } from "@waiter/database";
import { startPostgres, startRedis, waitFor } from "@waiter/testkit";
import {
  callWaiter,
  createRestaurant,
  loginAs,
  seatGuest,
  startTestApi,
  type Restaurant,
  type TestAnswer,
  type TestApi,
} from "./start-test-api.test.helper.ts";

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
