import { randomUUID } from "node:crypto";
import { describe, expect, test } from "@jest/globals";
import { escalationJob, escalationJobId, queueNames, type EscalationJob } from "@waiter/contracts";
import { silentLogger } from "@waiter/logger";
import { createMetrics } from "@waiter/metrics";
import { connectRedis, type RedisRole } from "@waiter/redis";
import { startRedis, startRedisCluster, waitFor } from "@waiter/testkit";
import { Redis } from "ioredis";
import {
  createDeliveryProducer,
  createQueue,
  createWorker,
  forgetQueue,
  measureQueue,
} from "./index.ts";
import { type JobOutcome } from "./create-worker.ts";
import { jobDefaults } from "./defaults.ts";

const newJob = (level = 1): EscalationJob => ({
  tenantId: randomUUID(),
  requestId: randomUUID(),
  level,
});
const done: JobOutcome = { status: "done" };

/** Connections to one Redis, and what runs on them; all closed at the end. */
function open(url: string) {
  const closers: (() => Promise<void>)[] = [];
  const connect = (role: RedisRole) => {
    const connection = connectRedis({
      url,
      name: role,
      role,
      logger: silentLogger,
      delayMs: () => 50,
    });
    closers.unshift(() => connection.close());
    return connection;
  };
  const connection = connect("producer");
  const queue = createQueue<EscalationJob>(queueNames.escalation, {
    connection,
    logger: silentLogger,
  });
  closers.unshift(() => queue.close());
  return {
    connection,
    queue,
    /** As the api of release 0.2.0 adds them. */
    schedule: (job: EscalationJob, delay: number) =>
      queue.add("escalate", job, { jobId: escalationJobId(job), delay, removeOnComplete: true }),
    work: (process: (job: EscalationJob) => Promise<JobOutcome>) => {
      const worker = createWorker(queueNames.escalation, {
        connection: connect("queue"),
        concurrency: 2,
        schema: escalationJob,
        process,
        logger: silentLogger,
      });
      closers.unshift(() => worker.close(2_000));
      return worker;
    },
    [Symbol.asyncDispose]: async () => {
      for (const close of closers) await close();
    },
  };
}

/** The server, as seen by a user of its ACL who may not ask INFO. */
async function withoutInfo<T extends AsyncDisposable & { readonly url: string }>(server: T) {
  for (const [, port] of server.url.matchAll(/127\.0\.0\.1:(\d+)/g)) {
    const redis = new Redis(Number(port), "127.0.0.1");
    await redis.call("ACL", "SETUSER", "waiter", "on", ">secret", "~*", "&*", "+@all", "-info");
    redis.disconnect();
  }
  return {
    url: server.url.replace("://", "://waiter:secret@"),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

describe.each([
  ["a standalone Redis", () => startRedis()],
  ["a Redis Cluster", () => startRedisCluster()],
  ["a Redis whose user may not ask INFO", async () => withoutInfo(await startRedis())],
  ["a Cluster whose user may not ask INFO", async () => withoutInfo(await startRedisCluster())],
])("on %s", (_name, start) => {
  test("a job runs once after its delay with its data; a 'later' outcome runs it again", async () => {
    await using server = await start();
    await using queues = open(server.url);
    const ran: EscalationJob[] = [];
    queues.work(async (job) => {
      ran.push(job);
      return ran.length === 1 ? { status: "later", inMs: 10 } : done;
    });
    const job = newJob();
    await queues.connection.ready();
    await Promise.all([queues.schedule(job, 50), queues.schedule(job, 50)]);
    await waitFor(() => ran.length === 2);
    expect(ran).toEqual([job, job]);
    // The same level of the same request may come again, after a release.
    await waitFor(async () => (await queues.queue.getJob(escalationJobId(job))) === undefined);
    await queues.schedule(job, 0);
    await waitFor(() => ran.length === 3);
  });
});

test("all keys of a queue have the prefix that autoscalers use", async () => {
  await using server = await startRedis();
  await using queues = open(server.url);
  await queues.connection.ready();
  await queues.schedule(newJob(), 60_000);
  const redis = new Redis(server.url);
  const names = await redis.keys("*");
  redis.disconnect();
  expect(names.length).toBeGreaterThan(0);
  for (const name of names) expect(name).toMatch(/^waiter:\{escalation\}:escalation:/);
});

test("while Redis is away a delivery is not handed over, and adding a job fails", async () => {
  await using server = await startRedis();
  await using queues = open(server.url);
  const { connection } = queues;
  const deliveries = createDeliveryProducer({ connection, logger: silentLogger });
  await server.stop();
  await waitFor(() => connection.state !== "ready");
  await deliveries.add([{ tenantId: randomUUID(), deliveryId: randomUUID(), delayMs: 0 }]);
  await expect(queues.schedule(newJob(), 0)).rejects.toThrow();
  await deliveries.close();
});

test("a worker continues when Redis comes back", async () => {
  await using server = await startRedis();
  await using queues = open(server.url);
  const ran: number[] = [];
  queues.work(async ({ level }) => {
    ran.push(level);
    return done;
  });
  await queues.connection.ready();
  await queues.schedule(newJob(1), 0);
  await waitFor(() => ran.length === 1);
  await server.stop();
  await waitFor(() => queues.connection.state !== "ready");
  await server.restart();
  await queues.connection.ready();
  await queues.schedule(newJob(2), 0);
  await waitFor(() => ran.length === 2);
  expect(ran).toEqual([1, 2]);
});

test("closing waits for running jobs up to its time-out", async () => {
  await using server = await startRedis();
  await using queues = open(server.url);
  const started: (() => void)[] = [];
  const worker = queues.work(() => new Promise((resolve) => started.push(() => resolve(done))));
  await queues.connection.ready();
  await queues.schedule(newJob(), 0);
  await waitFor(() => started.length === 1);
  await worker.close(50);
  started[0]?.();
});

test("invalid data fails permanently; an error is retried", async () => {
  await using server = await startRedis();
  await using queues = open(server.url);
  let attempts = 0;
  queues.work(async () => {
    attempts += 1;
    if (attempts === 1) throw new Error("once");
    return done;
  });
  await queues.connection.ready();
  await queues.queue.add("escalate", { level: 0 } as EscalationJob, { jobId: "wrong" });
  await queues.schedule(newJob(), 0);
  await waitFor(() => attempts === 2);
  const wrong = await waitFor(async () => {
    const job = await queues.queue.getJob("wrong");
    return job !== undefined && (await job.isFailed()) ? job : undefined;
  });
  expect(wrong.attemptsMade).toBe(1);
  expect(wrong.opts).toMatchObject({
    attempts: jobDefaults.attempts,
    removeOnFail: jobDefaults.removeOnFail,
  });
});

test("the gauges count jobs by state and report the age of the oldest due job", async () => {
  await using server = await startRedis();
  await using queues = open(server.url);
  await queues.connection.ready();
  const metrics = createMetrics({ defaults: false });
  const oldest = async (now?: number) => {
    await measureQueue(queues.queue, metrics, ...(now === undefined ? [] : [() => now]));
    return (await metrics.queueOldestJobSeconds.get()).values[0]?.value;
  };
  expect(await oldest()).toBe(0);
  await queues.schedule(newJob(), 60_000);
  expect(await oldest()).toBe(0);
  expect(await oldest(Date.now() + 90_000)).toBeGreaterThanOrEqual(29);
  await queues.schedule(newJob(), 0);
  expect(await oldest(Date.now() + 10_000)).toBeGreaterThanOrEqual(9);
  expect((await metrics.queueJobs.get()).values).toContainEqual({
    labels: { queue: "escalation", state: "delayed" },
    value: 1,
  });
  expect((await metrics.queueJobs.get()).values).toContainEqual({
    labels: { queue: "escalation", state: "waiting" },
    value: 1,
  });
  // Without an answer the gauge is absent: an old number would mislead an autoscaler. The worker
  // reads deadlines from Postgres.
  const deadlines = { queue: "deadlines" };
  metrics.queueJobs.set({ ...deadlines, state: "waiting" }, 3);
  metrics.queueOldestJobSeconds.set(deadlines, 40);
  forgetQueue(queues.queue, metrics);
  expect([
    (await metrics.queueJobs.get()).values,
    (await metrics.queueOldestJobSeconds.get()).values,
  ]).toEqual([
    [{ labels: { ...deadlines, state: "waiting" }, value: 3 }],
    [{ labels: deadlines, value: 40 }],
  ]);
});
