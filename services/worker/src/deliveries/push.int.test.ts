import { afterAll, afterEach, beforeAll, expect, test } from "@jest/globals";
import { pushPayload } from "@waiter/contracts";
import { reportReceipt } from "@waiter/push";
import { waitFor, type PushService } from "@waiter/testkit";
import { setDeliveryStage, type DeliveryStage } from "../testing/delivery-stage.ts";
import { topicOf } from "./send-push.ts";

let stage: DeliveryStage;
let service: PushService;
let session: string;
beforeAll(async () => {
  stage = await setDeliveryStage({ OUTBOUND_BREAK_AFTER: "100" });
});
afterAll(async () => stage[Symbol.asyncDispose]());
afterEach(async () => {
  await stage.endSession(session);
});

/** One device at a push service of its own. */
async function subscribeOne(address?: string): Promise<void> {
  service = await stage.pushService(address);
  session = await stage.subscribe(service.subscribe());
}

test("a push arrives with content, TTL, topic, urgency and VAPID as a phone needs them", async () => {
  await subscribeOne();
  const { id, requestId } = await stage.ring({ ttlS: 30 });
  expect(await stage.ended(id)).toEqual({ state: "sent", reason: null, attempts: 1 });
  const [push] = service.received;
  expect(push).toMatchObject({
    topic: topicOf(requestId),
    urgency: "high",
    payload: {
      kind: "request",
      tag: requestId,
      requestId,
      table: "1",
      language: "en",
      actions: ["claim", "open"],
    },
    vapid: { aud: service.origin, sub: "mailto:ops@example.com" },
  });
  expect(pushPayload.parse(push?.payload).title).toContain("Table 1");
  expect(push?.ttlS).toBeGreaterThan(0);
  expect(push?.ttlS).toBeLessThanOrEqual(30);
  expect(push?.topic).toMatch(/^[\w-]{1,32}$/);
});

test("a push speaks the person's language and a receipt proves that it was shown", async () => {
  await subscribeOne();
  await stage.context.database.inTenant(stage.tenantId, (tx) =>
    tx.updateTable("staff").set({ language: "ar" }).where("id", "=", stage.staffId).execute(),
  );
  const { id } = await stage.ring();
  await stage.ended(id);
  const payload = pushPayload.parse(service.received[0]?.payload);
  expect([payload.language, payload.title]).toEqual(["ar", expect.stringContaining("طاولة 2")]);
  const report = (receipt: string) =>
    stage.context.database.inTenant(stage.tenantId, (tx) => reportReceipt(tx, receipt, "shown"));
  expect(await report("guessed")).toBeUndefined();
  expect(await report(payload.receipt)).toEqual({ overtaken: undefined });
  expect(await stage.outcome(id)).toMatchObject({ state: "shown" });
  await stage.context.database.inTenant(stage.tenantId, (tx) =>
    tx.updateTable("staff").set({ language: null }).where("id", "=", stage.staffId).execute(),
  );
});

test.each([404, 410])("a %i deletes the subscription and fails the row", async (status) => {
  await subscribeOne();
  service.behave((_request, response) => void response.writeHead(status).end());
  const { id } = await stage.ring();
  expect(await stage.ended(id)).toEqual({
    state: "failed",
    reason: `http_${status}`,
    attempts: 1,
  });
  expect(await stage.subscriptions()).toBe(0);
});

test("a 429 is tried again after its Retry-After, and costs no attempt", async () => {
  await subscribeOne();
  const at: number[] = [];
  service.behave((_request, response) => {
    at.push(Date.now());
    response.writeHead(429, { "retry-after": "1" }).end();
    if (at.length === 2) service.behave(undefined);
  });
  const { id } = await stage.ring();
  await stage.ended(id);
  expect(await stage.outcome(id)).toMatchObject({ state: "sent", attempts: 1 });
  const [first = 0, second = 0] = at;
  expect(second - first).toBeGreaterThanOrEqual(1_000);
});

test("a Retry-After beyond the next step ends the row with the reason", async () => {
  await subscribeOne();
  service.behave((_request, response) => {
    response.writeHead(429, { "retry-after": "600" }).end();
  });
  const { id } = await stage.ring({ ttlS: 20 });
  expect(await stage.ended(id)).toEqual({ state: "failed", reason: "http_429", attempts: 1 });
});

test("a 500 and a time-out are retried; the row stays due until one succeeds", async () => {
  await subscribeOne();
  let calls = 0;
  service.behave((_request, response) => {
    calls += 1;
    if (calls === 1) response.writeHead(500).end();
    // The second call gets no answer.
    if (calls === 2) service.behave(undefined);
  });
  const { id } = await stage.ring({ ttlS: 60 });
  expect(await stage.ended(id)).toMatchObject({ state: "sent", attempts: 3 });
  expect(service.received).toHaveLength(1);
});

test.each([
  ["a 403", 403, {}, "http_403"],
  ["a redirect to a private address", 307, { location: "http://127.0.0.2:9/" }, "http_307"],
] as const)("%s fails the row at once", async (_name, status, headers, reason) => {
  await subscribeOne();
  service.behave((_request, response) => void response.writeHead(status, headers).end());
  const { id } = await stage.ring();
  expect(await stage.ended(id)).toEqual({ state: "failed", reason, attempts: 1 });
});

test("an endpoint at a private address fails without a connection", async () => {
  await subscribeOne("127.0.0.2");
  const { id } = await stage.ring();
  expect(await stage.ended(id)).toEqual({
    state: "failed",
    reason: "address_refused",
    attempts: 1,
  });
  expect(service.calls()).toBe(0);
});

test.each([
  ["a failed device", 503, {}, 2],
  ["a device that asks for a pause", 429, { "retry-after": "1" }, 1],
] as const)("after %s only that one is sent to again", async (_name, status, headers, attempts) => {
  await subscribeOne();
  const other = await stage.pushService();
  const second = await stage.subscribe(other.subscribe());
  let isSick = true;
  other.behave((_request, response) => {
    if (isSick) response.writeHead(status, headers).end();
    isSick = false;
    other.behave(undefined);
  });
  const { id } = await stage.ring({ ttlS: 60 });
  expect(await stage.ended(id)).toMatchObject({ state: "sent", attempts });
  expect([service.received.length, other.received.length, other.calls()]).toEqual([1, 1, 2]);
  await stage.endSession(second);
});

test("a row that a worker of release 0.2 put off often is sent", async () => {
  await subscribeOne();
  const { id } = await stage.ring({ attempts: 40 });
  expect(await stage.ended(id)).toEqual({ state: "sent", reason: null, attempts: 1 });
  expect(service.received).toHaveLength(1);
});

test("a job that runs again after the row was sent sends nothing", async () => {
  await subscribeOne();
  const { id } = await stage.ring();
  await stage.ended(id);
  await stage.addJob(id);
  const next = await stage.ring();
  await stage.ended(next.id);
  await waitFor(async () => (await stage.jobs()) === 0);
  expect(service.received).toHaveLength(2);
  expect(await stage.outcome(id)).toMatchObject({ state: "sent", attempts: 1 });
});

test("a claim replaces the notification silently, only where it was shown", async () => {
  await subscribeOne();
  const other = await stage.pushService();
  const second = await stage.subscribe(other.subscribe());
  const { id, requestId } = await stage.ring();
  await stage.ended(id);
  const { receipt } = pushPayload.parse(service.received[0]?.payload);
  await stage.context.database.inTenant(stage.tenantId, (tx) =>
    reportReceipt(tx, receipt, "shown"),
  );
  await stage.claim(requestId, stage.staffId);
  await waitFor(() => service.received.length === 2, 60_000, "the replacement");
  expect(service.received[1]).toMatchObject({
    topic: topicOf(requestId),
    payload: { tag: requestId, body: "You are going.", actions: ["open"] },
  });
  await waitFor(async () => (await stage.jobs()) === 0, 60_000);
  expect(other.received).toHaveLength(1);
  expect(await stage.outcome(id)).toMatchObject({ state: "shown" });
  await stage.endSession(second);
});

test("a cancelled request's notification is replaced silently, once", async () => {
  await subscribeOne();
  const { id, requestId } = await stage.ring();
  await stage.ended(id);
  const { receipt } = pushPayload.parse(service.received[0]?.payload);
  await stage.context.database.inTenant(stage.tenantId, (tx) =>
    reportReceipt(tx, receipt, "shown"),
  );
  await stage.cancel(requestId);
  await waitFor(() => service.received.length === 2, 60_000, "the replacement");
  expect(service.received[1]).toMatchObject({
    topic: topicOf(requestId),
    payload: { tag: requestId, body: "No longer needed.", actions: ["open"] },
  });
  await stage.replace(requestId);
  await waitFor(async () => (await stage.jobs()) === 0, 60_000);
  expect(service.received).toHaveLength(2);
});

test("a push that is shown after the claim is replaced, and that push is not", async () => {
  await subscribeOne();
  const { id, requestId } = await stage.ring();
  await stage.ended(id);
  await stage.claim(requestId, stage.staffId);
  await waitFor(async () => (await stage.jobs()) === 0, 60_000);
  expect(service.received).toHaveLength(1);
  const report = (index: number) =>
    stage.context.database.inTenant(stage.tenantId, (tx) =>
      reportReceipt(tx, pushPayload.parse(service.received[index]?.payload).receipt, "shown"),
    );
  expect(await report(0)).toEqual({
    overtaken: { requestId, device: expect.any(String), isOver: false },
  });
  await stage.replace(requestId);
  await waitFor(() => service.received.length === 2, 60_000, "the replacement");
  expect(service.received[1]).toMatchObject({ payload: { actions: ["open"] } });
  // The replacement was made after the claim.
  expect(await report(1)).toEqual({ overtaken: undefined });
  await stage.replace(requestId);
  await waitFor(async () => (await stage.jobs()) === 0, 60_000);
  expect(service.received).toHaveLength(2);
});

test("a person whose session ended is not pushed to", async () => {
  await subscribeOne();
  await stage.endSession(session);
  const { id } = await stage.ring();
  expect(await stage.ended(id)).toMatchObject({
    state: "unreachable",
    reason: "no_subscription",
  });
  await waitFor(async () => (await stage.subscriptions()) === 0);
  expect(service.calls()).toBe(0);
});

test("a row whose step was over before it was sent counts as a failed delivery", async () => {
  await subscribeOne();
  const failed = async (): Promise<number> => {
    const { values } = await stage.context.metrics.deliveries.get();
    return values
      .filter(({ labels }) => labels["channel"] === "push" && labels["outcome"] === "failed")
      .reduce((sum, { value }) => sum + value, 0);
  };
  const before = await failed();
  const { id } = await stage.ring({ ttlS: -1 });
  expect(await stage.ended(id)).toMatchObject({ state: "failed", reason: "expired" });
  await waitFor(async () => (await failed()) > before, 60_000, "the failure being counted");
  expect([await failed(), service.calls()]).toEqual([before + 1, 0]);
});
