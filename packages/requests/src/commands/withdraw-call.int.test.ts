import { describe, expect, test } from "@jest/globals";
import { randomUUID } from "node:crypto";
import type { GuestActor } from "../actor.ts";
import { createRequest, readGuestRequests, withdrawCall } from "../index.ts";
import { shareRestaurants, type TestRestaurant } from "../testing/restaurant.ts";

const restaurants = shareRestaurants();
let r: TestRestaurant;

const create = (actor: GuestActor, key: string, note?: string) =>
  createRequest(restaurants.database, {
    tenantId: r.tenantId,
    actor,
    type: "waiter",
    note,
    idempotency: { principal: actor.sessionId, key },
  });
const withdraw = (actor: GuestActor, key: string) =>
  withdrawCall(restaurants.database, { tenantId: r.tenantId, actor, key });
const requestsFor = (actor: GuestActor) =>
  restaurants.database.inTenant(r.tenantId, (tx) => readGuestRequests(tx, actor));
const statesFor = async (actor: GuestActor) => (await requestsFor(actor)).map(({ state }) => state);

describe("a withdrawn call", () => {
  test("that arrives later creates nothing, and the table may call again", async () => {
    r = await restaurants.open();
    const guest = r.guest();
    expect(await withdraw(guest, "late")).toBeUndefined();
    await expect(create(guest, "late")).rejects.toMatchObject({ code: "idempotency_key_reused" });
    expect(await statesFor(guest)).toEqual([]);
    expect((await create(guest, "next")).answer.status).toBe(201);
  });

  test("that has created a request is cancelled, once", async () => {
    r = await restaurants.open();
    const guest = r.guest();
    await create(guest, "lost");
    const first = await withdraw(guest, "lost");
    expect(first).toMatchObject({ request: { state: "cancelled" }, event: {} });
    expect((await withdraw(guest, "lost"))?.event).toBeUndefined();
  });

  test("with half a surrogate pair in its note, as release 0.2 stored it, is cancelled", async () => {
    r = await restaurants.open();
    const guest = r.guest();
    await create(guest, "half", "extra spoon \ud83e");
    await create(guest, "other tab");
    expect(await withdraw(guest, "other tab")).toBeUndefined();
    expect(await withdraw(guest, "half")).toMatchObject({ request: { state: "cancelled" } });
  });

  test("leaves a request that another tab of the guest was answered with", async () => {
    r = await restaurants.open();
    const guest = r.guest();
    await create(guest, "lost");
    expect((await create(guest, "other tab")).answer.status).toBe(200);
    expect(await withdraw(guest, "lost")).toBeUndefined();
    expect(await statesFor(guest)).toEqual(["new"]);
    await expect(create(guest, "lost")).rejects.toMatchObject({ code: "idempotency_key_reused" });
  });

  test("that is the last of two with the same request cancels it", async () => {
    r = await restaurants.open();
    const guest = r.guest();
    await create(guest, "first");
    expect((await create(guest, "second")).answer.status).toBe(200);
    const both = await Promise.all([withdraw(guest, "first"), withdraw(guest, "second")]);
    expect(both.filter((result) => result?.event !== undefined)).toHaveLength(1);
    expect((await statesFor(guest)).filter((state) => state === "new")).toEqual([]);
  });

  test("never cancels a request that a new call was answered with", async () => {
    for (let round = 0; round < 30; round += 1) {
      r = await restaurants.open();
      const guest = r.guest();
      await create(guest, "lost");
      const [made] = await Promise.all([create(guest, "again"), withdraw(guest, "lost")]);
      const requests = await requestsFor(guest);
      expect(requests.find(({ id }) => id === made.request.id)?.state).toBe("new");
    }
  });

  test("leaves the request of another guest with the same key", async () => {
    r = await restaurants.open();
    const guest = r.guest();
    await create(guest, "same");
    expect(await withdraw({ ...guest, sessionId: randomUUID() }, "same")).toBeUndefined();
    expect(await statesFor(guest)).toEqual(["new"]);
  });

  test("and its late create leave no open request, whichever comes first", async () => {
    for (let round = 0; round < 20; round += 1) {
      r = await restaurants.open();
      const guest = r.guest();
      await Promise.allSettled([create(guest, "race"), withdraw(guest, "race")]);
      expect((await statesFor(guest)).filter((state) => state === "new")).toEqual([]);
    }
  });
});
