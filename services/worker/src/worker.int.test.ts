import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "@jest/globals";
import { channels, escalationJobId, keys, queueNames } from "@waiter/contracts";
import { announceDeadlines } from "@waiter/live-state";
import { silentLogger } from "@waiter/logger";
import { createQueue } from "@waiter/queues";
import { connectRedis } from "@waiter/redis";
import { sendCommand } from "@waiter/requests";
import { waitFor } from "@waiter/testkit";
import { Redis } from "ioredis";
import { setStage } from "./testing/worker-stage.ts";

const everyLevelOnce = [
  "request.created 0",
  "request.escalated 1",
  "request.escalated 2",
  "request.escalated 3",
  // The last step is repeated twice.
  "request.escalated 4",
  "request.escalated 5",
];

test("G5: after a worker's death and a flushed Redis two workers fire each level once", async () => {
  await using stage = await setStage();
  const first = await stage.start();
  const requests = [await stage.call(), await stage.call(), await stage.call()];
  await first.end("SIGKILL");
  await stage.redis.flush();
  await Promise.all([stage.start(), stage.start()]);
  await waitFor(
    async () =>
      (await Promise.all(requests.map((request) => stage.history(request)))).every(
        (history) => history.length >= everyLevelOnce.length,
      ),
    30_000,
  );
  // One more round of each loop: nothing fires twice.
  await waitFor(async () => (await stage.outboxSize()) === 0);
  for (const request of requests) expect(await stage.history(request)).toEqual(everyLevelOnce);
}, 90_000);

test("the relay publishes what a killed api committed and deletes its outbox row", async () => {
  await using stage = await setStage({ steps: [] });
  await stage.start();
  await stage.call();
  const [head] = await stage.database.heads([stage.tenantId]);
  const redis = new Redis(stage.redis.url);
  try {
    await waitFor(async () => (await redis.hget(keys.head(stage.tenantId), "seq")) === "1", 5_000);
    expect(await redis.zcard(keys.log(stage.tenantId, head?.epoch ?? ""))).toBe(1);
    await waitFor(async () => (await stage.outboxSize()) === 0);
  } finally {
    redis.disconnect();
  }
}, 60_000);

test("a wake-up fires a new request's deadlines in time, between two sweeps", async () => {
  await using stage = await setStage({ steps: [1, 2] });
  await stage.start({ SWEEP_INTERVAL: "1h" });
  const redis = new Redis(stage.redis.url);
  try {
    const announce = announceDeadlines(redis);
    await waitFor(async () => Number((await redis.pubsub("NUMSUB", channels.deadlines()))[1]) > 0);
    const requestId = await stage.call();
    announce();
    await waitFor(async () => (await stage.history(requestId)).length === 5, 60_000);
    expect(await stage.history(requestId)).toEqual(everyLevelOnce.slice(0, 5));
  } finally {
    redis.disconnect();
  }
}, 90_000);

test("a deadline whose wake-up alone is lost fires by the look that SWEEP_INTERVAL bounds", async () => {
  await using stage = await setStage({ steps: [1] });
  await stage.start({ SWEEP_INTERVAL: "2s" });
  const redis = new Redis(stage.redis.url);
  try {
    // The worker listens, and the test hears what it hears.
    let wakeUps = 0;
    redis.on("message", () => void (wakeUps += 1));
    await redis.subscribe(channels.deadlines());
    const announcer = redis.duplicate();
    const listeners = () => announcer.pubsub("NUMSUB", channels.deadlines());
    await waitFor(async () => Number((await listeners())[1]) === 2, 60_000);
    const announce = announceDeadlines(announcer);
    const heard = await stage.call();
    announce();
    await waitFor(async () => (await stage.history(heard)).includes("request.escalated 3"), 60_000);
    expect(wakeUps).toBe(1);

    announcer.disconnect();
    // The worker looks once more, up to 200 ms after what it fired last; then it sleeps.
    await sleep(2_000);
    const unheard = await stage.call();
    await waitFor(
      async () => (await stage.history(unheard)).includes("request.escalated 1"),
      60_000,
    );
    expect(wakeUps).toBe(1);
    const [created = 0, escalated = 0] = await stage.times(unheard);
    // Due after 1 s, and looked for within 2 s more. The rest is left to a busy machine.
    expect(escalated - created).toBeLessThan(1_000 + 2_000 + 15_000);
  } finally {
    redis.disconnect();
  }
}, 240_000);

test("a job of the previous release escalates without a wake-up", async () => {
  await using stage = await setStage({ steps: [1, 2] });
  await stage.start({ SWEEP_INTERVAL: "1h" });
  const connection = connectRedis({
    url: stage.redis.url,
    name: "test",
    role: "producer",
    logger: silentLogger,
  });
  await connection.ready();
  const escalations = createQueue(queueNames.escalation, { connection, logger: silentLogger });
  try {
    // The sweeper's only round is over: what fires now is the job's doing.
    const requestId = await stage.call();
    const job = { tenantId: stage.tenantId, requestId, level: 1 };
    await escalations.add("escalate", job, { jobId: escalationJobId(job) });
    await waitFor(async () => (await stage.history(requestId)).length === 5, 15_000);
    expect(await stage.history(requestId)).toEqual(everyLevelOnce.slice(0, 5));
  } finally {
    await escalations.close();
    await connection.close();
  }
}, 60_000);

test("a request claimed in time does not escalate", async () => {
  await using stage = await setStage({ steps: [2] });
  const [claimed, waiting] = [await stage.call(), await stage.call()];
  const staff = await stage.database.inTenant(stage.tenantId, (tx) =>
    tx.selectFrom("staff").select("id").executeTakeFirstOrThrow(),
  );
  await sendCommand(stage.database, "claim", {
    tenantId: stage.tenantId,
    requestId: claimed,
    actor: { kind: "staff", id: staff.id, role: "owner" },
  });
  await stage.start();
  await waitFor(async () => (await stage.history(waiting)).length >= 2, 15_000);
  expect(await stage.history(claimed)).toEqual(["request.created 0", "request.claimed 0"]);
}, 60_000);

test("during an outage of Redis escalations continue, and are published afterwards", async () => {
  await using stage = await setStage({ steps: [1] });
  const worker = await stage.start();
  await stage.redis.stop();
  const request = await stage.call();
  // The last step repeats: a created event and at least two levels, each from the sweeper.
  await waitFor(async () => (await stage.history(request)).length >= 3, 15_000);
  expect((await fetch(`${worker.origin}/livez`)).status).toBe(200);
  expect((await fetch(`${worker.origin}/readyz`)).status).toBe(200);
  expect(await stage.outboxSize()).toBeGreaterThanOrEqual(3);
  await stage.redis.restart();
  await waitFor(async () => (await stage.outboxSize()) === 0, 40_000);
}, 90_000);

test("SIGTERM ends the worker with code 0, with and without Redis", async () => {
  await using stage = await setStage();
  const [one, other] = await Promise.all([
    stage.start(),
    stage.start({ SHUTDOWN_DEADLINE: "10s" }),
  ]);
  expect(await one.end("SIGTERM")).toBe(0);
  await stage.redis.kill();
  expect(await other.end("SIGTERM")).toBe(0);
}, 60_000);

test("probes, metrics and health answer", async () => {
  await using stage = await setStage();
  const worker = await stage.start();
  for (const path of [
    "/livez",
    "/readyz",
    "/startupz",
    "/api/health",
    "/api/health/db-pool",
    "/api/health/system",
    "/api/health/comprehensive",
  ]) {
    expect([path, (await fetch(worker.origin + path)).status]).toEqual([path, 200]);
  }
  const metrics = await waitFor(async () => {
    const text = await (await fetch(`${worker.origin}/metrics`)).text();
    const measured = ["escalation", "deadlines"].every((queue) =>
      text.includes(`waiter_queue_jobs{queue="${queue}",state="waiting"} 0`),
    );
    return measured && text;
  }, 10_000);
  for (const name of [
    "waiter_outbox_unpublished 0",
    "waiter_outbox_oldest_seconds 0",
    'waiter_queue_oldest_job_seconds{queue="escalation"} 0',
    'waiter_queue_jobs{queue="deadlines",state="waiting"} 0',
    'waiter_queue_oldest_job_seconds{queue="deadlines"} 0',
    'waiter_db_pool_connections{state="max"}',
  ]) {
    expect(metrics).toContain(name);
  }
}, 60_000);
