import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { connect, createServer, type AddressInfo } from "node:net";
import { expect, test } from "@jest/globals";
import { testDatabase } from "@waiter/testkit";
import { createRestaurant, seatGuest, startTestApi } from "./start-test-api.test.helper.ts";

interface Middleman extends AsyncDisposable {
  readonly url: string;
  /** The next COMMIT reaches Postgres; its answer does not come back. */
  loseNextCommit(): void;
}

/** Stands between the api and Postgres, and can hang up at the one moment when nobody knows whether it is committed. */
async function standBetween(target: URL): Promise<Middleman> {
  let armed = false;
  const server = createServer((client) => {
    const postgres = connect(Number(target.port), target.hostname);
    let losing = false;
    client.on("data", (data) => {
      if (armed && data.includes("COMMIT")) {
        armed = false;
        losing = true;
      }
      postgres.write(data);
    });
    postgres.on("data", (data) => (losing ? client.destroy() : client.write(data)));
    for (const [one, other] of [
      [client, postgres],
      [postgres, client],
    ] as const) {
      one.on("error", () => undefined);
      one.on("close", () => other.destroy());
    }
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = Object.assign(new URL(target), { hostname: "127.0.0.1", port: String((server.address() as AddressInfo).port) });
  return {
    url: url.href,
    loseNextCommit: () => {
      armed = true;
    },
    [Symbol.asyncDispose]: async () => {
      server.close();
      await once(server, "close");
    },
  };
}

test("a COMMIT whose result is unknown is a 503, and the same key then gets the answer of the change that was made, once", async () => {
  await using urls = await testDatabase();
  await using between = await standBetween(new URL(urls.appUrl));
  await using api = await startTestApi({ env: { DATABASE_URL: between.url } });
  const restaurant = await createRestaurant(api);
  const token = await seatGuest(api, restaurant);
  const key = randomUUID();
  const call = () => api.call(restaurant.slug, "/api/guest/requests", { method: "POST", token, body: { type: "waiter" }, headers: { "idempotency-key": key } });

  between.loseNextCommit();
  const unknown = await call();
  expect([unknown.status, unknown.body["code"]]).toEqual([503, "unavailable"]);
  expect(Number(unknown.headers.get("retry-after"))).toBeGreaterThan(0);

  // 201 and not the 200 of an open request that was found: it is the first answer itself, byte for byte.
  const [retried, again] = [await call(), await call()];
  expect([retried.status, again.status]).toEqual([201, 201]);
  expect(again.text).toBe(retried.text);

  const tenantId = (await api.context.database.findTenant(restaurant.slug))?.id ?? "";
  const { events, requests } = await api.context.database.inTenant(tenantId, async (tx) => ({
    events: await tx.selectFrom("event").select(["seq", "type"]).execute(),
    requests: await tx.selectFrom("request").select("id").execute(),
  }));
  expect(events).toEqual([{ seq: 1, type: "request.created" }]);
  expect(requests).toEqual([{ id: (retried.body["request"] as { id: string }).id }]);
}, 60_000);
