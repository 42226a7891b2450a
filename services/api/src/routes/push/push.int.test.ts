import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { generateVapidKeys } from "@waiter/auth";
import { deliveryJobId } from "@waiter/contracts";
import { createReceipts } from "@waiter/push";
import { startPushService, waitFor, type PushService } from "@waiter/testkit";
import {
  callWaiter,
  createRestaurant,
  loginAs,
  seatGuest,
  startTestApi,
  type Restaurant,
  type TestApi,
} from "../../testing/start-test-api.ts";

const vapid = generateVapidKeys();
let api: TestApi;
let service: PushService;
let restaurant: Restaurant;
let tenantId: string;
let owner: string;
beforeAll(async () => {
  service = await startPushService(vapid.publicKey);
  api = await startTestApi({
    env: {
      VAPID_PUBLIC_KEY: vapid.publicKey,
      PUSH_ALLOWED_HOSTS: `${service.host},*.push.example`,
      OUTBOUND_PRIVATE_NETWORKS: "127.0.0.1/32",
    },
  });
  restaurant = await createRestaurant(api);
  tenantId = (await api.context.tenants.find(restaurant.slug))?.id ?? "";
  owner = await loginAs(api, restaurant);
});
afterAll(async () => {
  await api[Symbol.asyncDispose]();
  await service[Symbol.asyncDispose]();
});

const subscription = "/api/push/subscription";
const call = (token: string, path: string, method = "GET", body?: object) =>
  api.call(restaurant.slug, path, { method, token, ...(body && { body }) });
const subscribe = (token: string, body: object = service.subscribe()) =>
  call(token, subscription, "PUT", body);
const inTenant = <T>(work: Parameters<typeof api.context.database.inTenant<T>>[1]): Promise<T> =>
  api.context.database.inTenant(tenantId, work);
const stored = () =>
  inTenant((tx) => tx.selectFrom("push_subscription").selectAll().orderBy("id").execute());

describe("a device's subscription", () => {
  test("the key is the operator's; a device without a subscription reads null", async () => {
    expect((await call(owner, "/api/push/key")).body).toEqual({ key: vapid.publicKey });
    expect((await call(owner, subscription)).body).toEqual({ subscription: null });
  });

  test("it is stored, replaced by the next one, and deleted", async () => {
    const first = await subscribe(owner);
    expect([first.status, first.body]).toEqual([
      200,
      { subscription: { createdAt: expect.any(String) } },
    ]);
    const next = service.subscribe();
    await subscribe(owner, { ...next, expirationTime: null });
    await subscribe(owner, next);
    expect(await stored()).toMatchObject([{ endpoint: next.endpoint }]);
    expect((await call(owner, subscription, "DELETE")).status).toBe(204);
    expect(await stored()).toEqual([]);
  });

  test("a later session with the same endpoint takes it over", async () => {
    const device = service.subscribe();
    await subscribe(owner, device);
    const [before] = await stored();
    const again = await loginAs(api, restaurant);
    await subscribe(again, device);
    const [after, ...others] = await stored();
    expect(others).toEqual([]);
    expect(after?.session_id).not.toBe(before?.session_id);
    expect((await call(owner, subscription)).body).toEqual({ subscription: null });
  });

  test("it ends with its session", async () => {
    const token = await loginAs(api, restaurant);
    await subscribe(token);
    await api.call(restaurant.slug, "/api/auth/logout", { method: "POST", token, body: {} });
    expect((await stored()).filter((row) => row.endpoint.endsWith("/5"))).toEqual([]);
    expect((await subscribe(token)).status).toBe(401);
  });

  test.each([
    "https://push.evil.example/1",
    "https://push.example/1",
    "https://a.push.example.evil/1",
    "https://user@a.push.example/1",
    "http://169.254.169.254/1",
  ])("the host of %s is refused", async (endpoint) => {
    const answer = await subscribe(owner, { ...service.subscribe(), endpoint });
    expect([answer.status, answer.body["code"]]).toEqual([422, "push_host_refused"]);
  });

  test("keys of the wrong size are a validation error with the field's path", async () => {
    const answer = await subscribe(owner, {
      endpoint: "https://a.push.example/1",
      keys: { p256dh: "AAAA", auth: "BBBB" },
    });
    expect([answer.status, answer.body["code"]]).toEqual([422, "validation_failed"]);
    expect(answer.body["errors"]).toMatchObject([{ path: "keys.p256dh" }, { path: "keys.auth" }]);
  });

  test("an endpoint that is too long once it is encoded is a validation error", async () => {
    // Different letters, which Postgres cannot compress into its index.
    const letters = Array.from({ length: 1_900 }, (_, n) => String.fromCharCode(0x4e00 + 7 * n));
    const endpoint = `https://a.push.example/${letters.join("")}`;
    const answer = await subscribe(owner, { ...service.subscribe(), endpoint });
    expect([answer.status, answer.body["errors"]]).toMatchObject([422, [{ path: "endpoint" }]]);
  });

  test("a key that is no point of the curve is refused with the field's path", async () => {
    const { endpoint, keys } = service.subscribe();
    const point = Buffer.from(keys.p256dh, "base64url");
    const other = Buffer.from(point);
    other[64] = (other[64] ?? 0) ^ 1;
    const compressed = Buffer.concat([point.subarray(0, 33), Buffer.alloc(32)]);
    for (const bytes of [other, compressed, Buffer.alloc(65)]) {
      const answer = await subscribe(owner, {
        endpoint,
        keys: { ...keys, p256dh: bytes.toString("base64url") },
      });
      expect([answer.status, answer.body["errors"]]).toEqual([
        422,
        [{ path: "keys.p256dh", message: "must be a point of P-256" }],
      ]);
    }
  });

  test("a guest and a stranger may not subscribe", async () => {
    const guest = await seatGuest(api, restaurant);
    expect((await subscribe(guest)).status).toBe(403);
    expect(
      (await api.call(restaurant.slug, subscription, { method: "PUT", body: {} })).status,
    ).toBe(401);
  });

  test("a test without a subscription, and without a worker, says why it failed", async () => {
    const token = await loginAs(api, restaurant);
    expect((await call(token, "/api/push/test", "POST")).body).toEqual({
      status: "failed",
      reason: "no_subscription",
    });
  });

  test("of several at once one is stored, and none is an error", async () => {
    const others = (await stored()).length;
    for (let round = 0; round < 5; round++) {
      const token = await loginAs(api, restaurant);
      const answers = await Promise.all(
        Array.from({ length: 6 }, () => subscribe(token, service.subscribe())),
      );
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 200]);
      expect(await stored()).toHaveLength(others + 1);
      expect((await call(token, subscription, "DELETE")).status).toBe(204);
    }
  });
});

/** A push of a new request, as the worker records it; answers the secret of its receipt. */
async function pushOf(token: string) {
  const guest = await seatGuest(api, restaurant, 1);
  const request = await callWaiter(api, restaurant, guest, { type: "waiter" });
  await subscribe(token);
  const session = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString()) as {
    sub: string;
    sid: string;
  };
  const pushed = await inTenant(async (tx) => {
    const device = await tx
      .selectFrom("push_subscription")
      .select("id")
      .where("session_id", "=", session.sid)
      .executeTakeFirstOrThrow();
    const row = await tx
      .insertInto("delivery")
      .values({
        tenant_id: tenantId,
        request_id: request.id,
        round: 1,
        // Apart from the rows that the restaurant's own steps write.
        step: 9,
        staff_id: session.sub,
        channel: "push",
        state: "sent",
        expires_at: new Date(Date.now() + 60_000),
      })
      .returning("id")
      .executeTakeFirstOrThrow();
    const [receipt = ""] = await createReceipts(tx, [
      { deliveryId: row.id, subscriptionId: device.id },
    ]);
    return { deliveryId: row.id, receipt };
  });
  return { ...pushed, requestId: request.id, guest };
}
const claim = (receipt: string) =>
  api.call(restaurant.slug, "/api/push/claim", { method: "POST", body: { receipt } });
const report = (receipt: string, state: string) =>
  api.call(restaurant.slug, "/api/push/receipts", { method: "POST", body: { receipt, state } });
const cancel = async (requestId: string, token: string): Promise<void> => {
  const path = `/api/guest/requests/${requestId}/cancel`;
  await api.call(restaurant.slug, path, { method: "POST", token, body: {} });
};

describe("a receipt", () => {
  test("reports shown and opened to the ledger; only its hash is stored", async () => {
    const { receipt, deliveryId, requestId, guest } = await pushOf(owner);
    const state = () =>
      inTenant((tx) =>
        tx.selectFrom("delivery").select("state").where("id", "=", deliveryId).execute(),
      );
    expect((await report(receipt, "shown")).status).toBe(204);
    expect(await state()).toEqual([{ state: "shown" }]);
    expect((await report(receipt, "opened")).status).toBe(204);
    expect((await report(receipt, "shown")).status).toBe(204);
    expect(await state()).toEqual([{ state: "opened" }]);
    expect((await report(randomUUID(), "shown")).status).toBe(404);
    const rows = await inTenant((tx) => tx.selectFrom("push_receipt").selectAll().execute());
    expect(JSON.stringify(rows)).not.toContain(receipt);
    await cancel(requestId, guest);
  });

  test("a claim by any way adds the job that replaces its notifications, once", async () => {
    const { requestId, guest } = await pushOf(owner);
    const taken = () =>
      api.context.deliveries.queue.getJob(
        deliveryJobId({ tenantId, deliveryId: requestId, replaces: requestId }),
      );
    expect(await taken()).toBeUndefined();
    const path = `/api/requests/${requestId}/claim`;
    const answer = await api.call(restaurant.slug, path, {
      method: "POST",
      token: owner,
      body: {},
      headers: { "idempotency-key": randomUUID() },
    });
    expect(answer.status).toBe(200);
    const job = await waitFor(taken, 60_000, "the job");
    expect(job.data).toMatchObject({ tenantId, deliveryId: requestId, replaces: requestId });
    await job.remove();
    await cancel(requestId, guest);
  });

  test("of a push that a claim has overtaken replaces the notification", async () => {
    const { receipt, requestId } = await pushOf(owner);
    const { queue } = api.context.deliveries;
    const job = () =>
      queue.getJob(deliveryJobId({ tenantId, deliveryId: requestId, replaces: requestId }));
    const count = () => queue.getJobCountByTypes("waiting", "active", "delayed");
    expect((await report(receipt, "shown")).status).toBe(204);
    expect(await job()).toBeUndefined();
    expect((await call(owner, `/api/requests/${requestId}/claim`, "POST", {})).status).toBe(200);
    const claimed = await waitFor(job, 60_000, "the claim's job");
    // The claim's job may run already and have listed its devices.
    const before = await count();
    expect((await report(receipt, "shown")).status).toBe(204);
    await waitFor(async () => (await count()) === before + 1, 60_000, "the report's job");
    await claimed.remove();
    const [added] = (await queue.getJobs(["waiting"])).filter(
      ({ data }) => data.replaces === requestId,
    );
    await added?.remove();
    expect(added?.data.isOver).toBe(false);
    expect((await call(owner, `/api/requests/${requestId}/complete`, "POST", {})).status).toBe(200);
  });

  test.each(["cancel", "dismiss"])("%s replaces notifications once no undo can", async (verb) => {
    const { requestId, guest } = await pushOf(owner);
    if (verb === "cancel") await cancel(requestId, guest);
    else await call(owner, `/api/requests/${requestId}/dismiss`, "POST", { reason: "served" });
    const data = { tenantId, deliveryId: requestId, replaces: requestId, isOver: true };
    const added = () => api.context.deliveries.queue.getJob(deliveryJobId(data));
    const job = await waitFor(added, 20_000, "the job");
    expect(job.opts.delay).toBe(30_000);
    await job.remove();
  });

  test("claims in the person's name; the same claim again has the same answer", async () => {
    const { receipt, requestId } = await pushOf(owner);
    const first = await claim(receipt);
    expect([first.status, first.body["request"]]).toEqual([
      200,
      expect.objectContaining({
        id: requestId,
        state: "claimed",
        claimedBy: expect.objectContaining({ name: "Olga Owner" }),
      }),
    ]);
    expect((await claim(receipt)).body).toEqual(first.body);
    const done = await call(owner, `/api/requests/${requestId}/complete`, "POST", {});
    expect(done.status).toBe(200);
    expect((await claim(receipt)).body).toEqual(first.body);
  });

  test("claims nothing in a later round", async () => {
    const { receipt, requestId, guest } = await pushOf(owner);
    await inTenant((tx) =>
      tx.updateTable("request").set({ round: 2 }).where("id", "=", requestId).execute(),
    );
    const answer = await claim(receipt);
    expect([answer.status, answer.body["code"]]).toEqual([410, "receipt_ended"]);
    await cancel(requestId, guest);
  });

  test("claims nothing where its session ends once it was read", async () => {
    const token = await loginAs(api, restaurant);
    const { receipt, requestId, guest } = await pushOf(token);
    const { database } = api.context;
    const read = database.inTenant.bind(database);
    const spy = jest.spyOn(database, "inTenant").mockImplementationOnce(async (...call) => {
      const found = await read(...call);
      await api.call(restaurant.slug, "/api/auth/logout", { method: "POST", token, body: {} });
      return found;
    });
    const answer = await claim(receipt);
    spy.mockRestore();
    expect([answer.status, answer.body["code"]]).toEqual([410, "receipt_ended"]);
    await cancel(requestId, guest);
  });

  test("claims nothing once its session ended, its device unsubscribed, or it was guessed", async () => {
    const token = await loginAs(api, restaurant);
    const ended = await pushOf(token);
    await api.call(restaurant.slug, "/api/auth/logout", { method: "POST", token, body: {} });
    expect((await claim(ended.receipt)).status).toBe(410);
    await cancel(ended.requestId, ended.guest);
    const gone = await pushOf(owner);
    await call(owner, subscription, "DELETE");
    expect((await claim(gone.receipt)).status).toBe(410);
    expect((await claim("guessed")).status).toBe(410);
    await cancel(gone.requestId, gone.guest);
  });
});

describe("dead letters", () => {
  test("a manager lists them and sends one again while its request waits", async () => {
    const { deliveryId, requestId, guest } = await pushOf(owner);
    const fail = () =>
      inTenant((tx) =>
        tx
          .updateTable("delivery")
          .set({ state: "failed", reason: "http_500", ended_at: new Date(), attempts: 5 })
          .where("id", "=", deliveryId)
          .execute(),
      );
    await fail();
    const list = await call(owner, "/api/dead-letters");
    expect(list.body["deadLetters"]).toMatchObject([
      { id: deliveryId, requestId, channel: "push", reason: "http_500", requestState: "new" },
    ]);
    const replay = (key?: string) =>
      api.call(restaurant.slug, `/api/dead-letters/${deliveryId}/replay`, {
        method: "POST",
        token: owner,
        ...(key !== undefined && { headers: { "idempotency-key": key } }),
      });
    const first = await replay("again");
    expect(first.status).toBe(202);
    const repeated = await replay("again");
    expect([repeated.status, repeated.body]).toEqual([202, first.body]);
    expect((await call(owner, "/api/dead-letters")).body["deadLetters"]).toEqual([]);
    const again = await replay();
    expect([again.status, again.body["code"]]).toEqual([409, "conflict"]);
    await cancel(requestId, guest);
    await fail();
    expect((await replay()).status).toBe(409);
    expect((await call(owner, `/api/dead-letters/${randomUUID()}/replay`, "POST")).status).toBe(
      404,
    );
  });
});

test("without keys push is off", async () => {
  await using off = await startTestApi();
  const there = await createRestaurant(off);
  const token = await loginAs(off, there);
  const answer = await off.call(there.slug, "/api/push/key", { token });
  expect([answer.status, answer.body["code"]]).toEqual([404, "push_off"]);
});
