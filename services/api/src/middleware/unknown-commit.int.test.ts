import { randomUUID } from "node:crypto";
import { expect, test } from "@jest/globals";
import { losingAnswers, testDatabase } from "@waiter/testkit";
import { createRestaurant, seatGuest, startTestApi } from "../testing/start-test-api.ts";

test("an unknown COMMIT answers 503; the same key gets the committed answer", async () => {
  await using urls = await testDatabase();
  await using between = await losingAnswers(urls.appUrl);
  await using api = await startTestApi({ env: { DATABASE_URL: between.url } });
  const restaurant = await createRestaurant(api);
  const token = await seatGuest(api, restaurant);
  const key = randomUUID();
  const call = () =>
    api.call(restaurant.slug, "/api/guest/requests", {
      method: "POST",
      token,
      body: { type: "waiter" },
      headers: { "idempotency-key": key },
    });

  between.loseNextCommit();
  const unknown = await call();
  expect([unknown.status, unknown.body["code"]]).toEqual([503, "unavailable"]);
  expect(Number(unknown.headers.get("retry-after"))).toBeGreaterThan(0);

  // 201 and not the 200 of an open request that was found: it is the first answer itself, byte for
  // byte.
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
