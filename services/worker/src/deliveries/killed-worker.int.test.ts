import { expect, test } from "@jest/globals";
import { generateVapidKeys } from "@waiter/auth";
import { readDeliveries } from "@waiter/ledger";
import { startPushService, waitFor, type PushService } from "@waiter/testkit";
import { subscribeDevice } from "../testing/subscribe-device.ts";
import { setStage, type WorkerStage } from "../testing/worker-stage.ts";

const vapid = generateVapidKeys();

/** A worker process of this machine's push services. */
const startSender = (stage: WorkerStage, env: Record<string, string> = {}) =>
  stage.start({
    VAPID_PUBLIC_KEY: vapid.publicKey,
    VAPID_PRIVATE_KEY: vapid.privateKey,
    VAPID_SUBJECT: "mailto:ops@example.com",
    OUTBOUND_PRIVATE_NETWORKS: "127.0.0.1/32",
    ...env,
  });

const rowOf = async ({ database, tenantId }: WorkerStage, requestId: string) =>
  await database.inTenant(tenantId, (tx) =>
    tx
      .selectFrom("delivery")
      .select(["state", "reason", "tries as attempts"])
      .where("request_id", "=", requestId)
      .executeTakeFirst(),
  );

/**
 * A guest's call rings the owner's phone; the worker is killed while the push service has the call
 * and before it answers. Its job is lost with it, so that the next worker need not wait for the
 * queue to give it up. Returns the request.
 */
async function killDuringCall(
  stage: WorkerStage,
  service: PushService,
  env: Record<string, string> = {},
): Promise<string> {
  const subscription = service.subscribe();
  await subscribeDevice(stage.database, { ...stage, subscription });
  const called = Promise.withResolvers<void>();
  service.behave(() => called.resolve());
  const worker = await startSender(stage, env);
  const requestId = await stage.call();
  await called.promise;
  await worker.end("SIGKILL");
  service.behave(undefined);
  await stage.redis.flush();
  return requestId;
}

test("a try whose worker was killed is counted, and its push is sent once more", async () => {
  await using stage = await setStage({ steps: [600] });
  await using service = await startPushService(vapid.publicKey);
  const requestId = await killDuringCall(stage, service);
  expect(await rowOf(stage, requestId)).toEqual({ state: "due", reason: null, attempts: 1 });
  const { database, tenantId } = stage;
  const history = () => database.inTenant(tenantId, (tx) => readDeliveries(tx, requestId));
  expect(await history()).toMatchObject([{ state: "due" }, { state: "tried", attempts: 1 }]);

  await startSender(stage);
  await waitFor(async () => (await rowOf(stage, requestId))?.state !== "due", 60_000, "the end");
  expect(await rowOf(stage, requestId)).toEqual({ state: "sent", reason: null, attempts: 2 });
  expect(service.calls()).toBe(2);
  expect(service.received).toHaveLength(1);
  expect(await history()).toMatchObject([
    { state: "due" },
    { state: "tried", attempts: 2 },
    { state: "sent" },
  ]);
}, 240_000);

test("a row whose last try's worker was killed fails without a further call", async () => {
  await using stage = await setStage({ steps: [600] });
  await using service = await startPushService(vapid.publicKey);
  const env = { DELIVERY_ATTEMPTS: "1" };
  const requestId = await killDuringCall(stage, service, env);
  await startSender(stage, env);
  await waitFor(async () => (await rowOf(stage, requestId))?.state !== "due", 60_000, "the end");
  expect(await rowOf(stage, requestId)).toEqual({
    state: "failed",
    reason: "interrupted",
    attempts: 1,
  });
  expect(service.calls()).toBe(1);
}, 240_000);
