import { randomUUID } from "node:crypto";
import { generateVapidKeys } from "@waiter/auth";
import type { DeliveryChannel, SecondChannel } from "@waiter/contracts";
import { createTenant, revokeStaffSession } from "@waiter/database";
import { Lifecycle } from "@waiter/lifecycle";
import { silentLogger } from "@waiter/logger";
import { createDeliveryProducer } from "@waiter/queues";
import { connectRedis } from "@waiter/redis";
import { sendCommand } from "@waiter/requests";
import {
  startPushService,
  startRedis,
  testDatabase,
  waitFor,
  type PushService,
} from "@waiter/testkit";
import { sql } from "kysely";
import { loadWorkerConfig } from "../config.ts";
import type { Context } from "../context.ts";
import { startWorker } from "../service.ts";
import { subscribeDevice } from "./subscribe-device.ts";

export const vapid = generateVapidKeys();

export interface Outcome {
  readonly state: string;
  readonly reason: string | null;
  readonly attempts: number;
}

/** A restaurant, its ledger, a worker in this process, and push services of this machine. */
export interface DeliveryStage extends AsyncDisposable {
  readonly context: Context;
  readonly tenantId: string;
  readonly staffId: string;
  pushService(address?: string): Promise<PushService>;
  /** Subscribes a new device of the person; returns its session. */
  subscribe(subscription: ReturnType<PushService["subscribe"]>): Promise<string>;
  endSession(sessionId: string): Promise<void>;
  setChannel(channel: (SecondChannel & { secret?: string }) | null): Promise<void>;
  /** Writes a due row of a new request, and its job. `attempts`: takes by a worker of 0.2. */
  ring(options?: {
    channel?: DeliveryChannel;
    ttlS?: number;
    step?: number;
    attempts?: number;
  }): Promise<{ readonly id: string; readonly requestId: string }>;
  addJob(deliveryId: string): Promise<void>;
  /** Claims a request in the person's name, and adds the job that an api adds. */
  claim(requestId: string, staffId: string): Promise<void>;
  /** Cancels a request in its guest's name, and adds the job that an api adds. */
  cancel(requestId: string): Promise<void>;
  /** Adds the job that an api adds for a push that a claim has overtaken. */
  replace(requestId: string): Promise<void>;
  /** Jobs that wait or run. */
  jobs(): Promise<number>;
  /** Jobs that were put off. */
  putOff(): Promise<number>;
  outcome(id: string): Promise<Outcome>;
  /** Waits until the row is due no more. */
  ended(id: string): Promise<Outcome>;
  /** Waits until the row was tried so often. */
  attempted(id: string, times: number): Promise<void>;
  subscriptions(): Promise<number>;
}

export async function setDeliveryStage(env: Record<string, string> = {}): Promise<DeliveryStage> {
  const urls = await testDatabase();
  const redis = await startRedis({ args: ["--maxmemory-policy", "noeviction"] });
  const lifecycle = new Lifecycle();
  const services: PushService[] = [];
  const config = loadWorkerConfig({
    NODE_ENV: "test",
    PORT: "0",
    DATABASE_URL: urls.appUrl,
    RELAY_DATABASE_URL: urls.relayUrl,
    REDIS_URL: redis.url,
    DOMAIN_URL: "https://waiter.example",
    VAPID_PUBLIC_KEY: vapid.publicKey,
    VAPID_PRIVATE_KEY: vapid.privateKey,
    VAPID_SUBJECT: "mailto:ops@example.com",
    OUTBOUND_PRIVATE_NETWORKS: "127.0.0.1/32",
    OUTBOUND_TIMEOUT: "1s",
    ...env,
  });
  const { context } = await startWorker(config, lifecycle, silentLogger, {
    defaultMetrics: false,
  });
  const { database } = context;
  const { tenant, owner, tables } = await createTenant(database, {
    slug: `t${randomUUID().slice(0, 8)}`,
    name: "Trattoria",
    owner: { email: "owner@example.com", name: "Olga", passwordHash: "x" },
    tables: Array.from({ length: 40 }, (_, index) => String(index + 1)),
  });
  const tenantId = tenant.id;
  const connection = connectRedis({
    url: redis.url,
    name: "test",
    role: "producer",
    logger: silentLogger,
  });
  await connection.ready();
  const producer = createDeliveryProducer({ connection, logger: silentLogger });
  let requests = 0;
  const outcome = (id: string): Promise<Outcome> =>
    database.inTenant(tenantId, (tx) =>
      tx
        .selectFrom("delivery")
        .select(["state", "reason", "tries as attempts"])
        .where("id", "=", id)
        .executeTakeFirstOrThrow(),
    );
  const replace = async (requestId: string): Promise<void> => {
    await producer.add([{ tenantId, deliveryId: requestId, replaces: requestId, delayMs: 0 }]);
  };
  return {
    context,
    tenantId,
    staffId: owner.id,
    pushService: async (address) => {
      const service = await startPushService(vapid.publicKey, address);
      services.push(service);
      return service;
    },
    subscribe: (subscription) =>
      subscribeDevice(database, { tenantId, staffId: owner.id, subscription }),
    endSession: async (sessionId) => {
      await database.inTenant(tenantId, (tx) => revokeStaffSession(tx, sessionId));
    },
    setChannel: async (channel) => {
      await database.inTenant(tenantId, (tx) =>
        tx
          .updateTable("tenant")
          .set({ second_channel: channel && JSON.stringify(channel) })
          .where("id", "=", tenantId)
          .execute(),
      );
    },
    ring: async ({ channel = "push", ttlS = 30, step = 0, attempts = 0 } = {}) => {
      const table = tables[requests++ % tables.length];
      const row = await database.inTenant(tenantId, async (tx) => {
        const request = await tx
          .insertInto("request")
          .values({ tenant_id: tenantId, table_id: table?.id ?? "", type: "bill", level: step })
          .returning("id")
          .executeTakeFirstOrThrow();
        const delivery = await tx
          .insertInto("delivery")
          .values({
            tenant_id: tenantId,
            request_id: request.id,
            round: 1,
            step,
            staff_id: channel === "push" ? owner.id : null,
            channel,
            attempts,
            expires_at: sql<Date>`now() + make_interval(secs => ${ttlS})`,
          })
          .returning("id")
          .executeTakeFirstOrThrow();
        return { id: delivery.id, requestId: request.id };
      });
      await producer.add([{ tenantId, deliveryId: row.id, delayMs: 0 }]);
      return row;
    },
    addJob: async (deliveryId) => void (await producer.add([{ tenantId, deliveryId, delayMs: 0 }])),
    claim: async (requestId, staffId) => {
      const actor = { kind: "staff", id: staffId, role: "owner" } as const;
      await sendCommand(database, "claim", { tenantId, requestId, actor });
      await replace(requestId);
    },
    cancel: async (requestId) => {
      const { table_id: tableId } = await database.inTenant(tenantId, (tx) =>
        tx
          .selectFrom("request")
          .select("table_id")
          .where("id", "=", requestId)
          .executeTakeFirstOrThrow(),
      );
      const actor = { kind: "guest", sessionId: randomUUID(), tableId } as const;
      await sendCommand(database, "cancel", { tenantId, requestId, actor });
      await replace(requestId);
    },
    replace,
    putOff: () => producer.queue.getDelayedCount(),
    jobs: () => producer.queue.getJobCountByTypes("waiting", "active", "delayed"),
    outcome,
    ended: (id) =>
      waitFor(async () => {
        const row = await outcome(id);
        return row.state === "due" ? undefined : row;
      }),
    attempted: async (id, times) => {
      await waitFor(async () => (await outcome(id)).attempts >= times);
    },
    subscriptions: async () =>
      (
        await database.inTenant(tenantId, (tx) =>
          tx.selectFrom("push_subscription").select("id").execute(),
        )
      ).length,
    [Symbol.asyncDispose]: async () => {
      await lifecycle.stop("end of the test");
      await producer.close();
      await connection.close();
      await Promise.all(services.map((service) => service[Symbol.asyncDispose]()));
      await redis[Symbol.asyncDispose]();
      await urls.drop();
    },
  };
}
