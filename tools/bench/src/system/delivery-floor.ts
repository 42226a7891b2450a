import { createECDH, randomBytes, randomUUID } from "node:crypto";
import { join } from "node:path";
import { generateVapidKeys } from "@waiter/auth";
import { createDatabase, createTenant } from "@waiter/database";
import { silentLogger } from "@waiter/logger";
import { createDeliveryProducer } from "@waiter/queues";
import { connectRedis } from "@waiter/redis";
import {
  spawnService,
  startRedis,
  testDatabase,
  waitFor,
  type RunningService,
} from "@waiter/testkit";
import { sql } from "kysely";
import { serviceRoots } from "./local-system.ts";

const ownRoot = join(import.meta.dirname, "../../../..");

/** The worker of this tree, or of the tree that is compared with it. */
const workerMain = (): string =>
  join(serviceRoots.env["WAITER_WORKER_ROOT"] ?? ownRoot, "services/worker/src/main.ts");

export interface Ring {
  readonly channel: "push" | "webhook";
  /** Of a push: where its device subscribed. */
  readonly endpoint?: string;
  /** The row is written as superseded: it costs what a due one costs to write, and is not sent. */
  readonly isOver?: boolean;
}

/** A ledger to fill with due rows, and the worker that sends them. */
export interface DeliveryFloor extends AsyncDisposable {
  readonly redisUrl: string;
  readonly vapid: ReturnType<typeof generateVapidKeys>;
  startWorker(): Promise<RunningService>;
  /** A tenant's webhook. */
  setWebhook(target: string): Promise<void>;
  /** Writes due rows, one request for up to 100 of them; returns their ids. */
  ring(rings: readonly Ring[]): Promise<string[]>;
  /** Gathers statistics, which autovacuum does within a minute: new tables have none. */
  analyze(): Promise<void>;
  /** Adds their jobs. */
  enqueue(ids: readonly string[]): Promise<void>;
  /** Waits until all were sent; ms from a row's creation to its `sent`, and of the whole, s. */
  sent(ids: readonly string[]): Promise<{ readonly waits: number[]; readonly seconds: number }>;
}

/** Keys of a device that no one decrypts for. */
export function deviceKeys(): { readonly p256dh: string; readonly auth: string } {
  const pair = createECDH("prime256v1");
  pair.generateKeys();
  return {
    p256dh: pair.getPublicKey("base64url"),
    auth: randomBytes(16).toString("base64url"),
  };
}

const perRequest = 100;
/** Jobs of one command: a busy Redis answers more of them too late. */
const perAdd = 500;
const types = ["water", "waiter", "bill"];

export async function startDeliveryFloor(): Promise<DeliveryFloor> {
  const urls = await testDatabase();
  const redis = await startRedis({ args: ["--maxmemory-policy", "noeviction"] });
  const database = createDatabase({ url: urls.appUrl, max: 5, name: "bench" });
  const connection = connectRedis({
    url: redis.url,
    name: "bench",
    role: "producer",
    logger: silentLogger,
  });
  await connection.ready();
  const producer = createDeliveryProducer({ connection, logger: silentLogger });
  const vapid = generateVapidKeys();
  const { tenant, tables } = await createTenant(database, {
    slug: `t${randomUUID().slice(0, 8)}`,
    name: "Bench",
    owner: { email: "o@example.com", name: "O", passwordHash: "x" },
    tables: Array.from({ length: 2_000 }, (_, index) => String(index + 1)),
  });
  const tenantId = tenant.id;
  let requests = 0;
  /** A person with one device. */
  const addPerson = async (endpoint: string): Promise<string> => {
    const [staffId, sessionId, keys] = [randomUUID(), randomUUID(), deviceKeys()];
    await database.inTenant(tenantId, async (tx) => {
      await sql`insert into staff (tenant_id, id, name, role)
        values (${tenantId}, ${staffId}, 'P', 'waiter')`.execute(tx);
      await sql`insert into staff_session (tenant_id, id, staff_id, token_hash, expires_at)
        values (${tenantId}, ${sessionId}, ${staffId}, ${sessionId},
          now() + interval '1 day')`.execute(tx);
      await sql`insert into push_subscription
          (tenant_id, staff_id, session_id, endpoint, p256dh, auth)
        values (${tenantId}, ${staffId}, ${sessionId}, ${`${endpoint}/${sessionId}`},
          ${keys.p256dh}, ${keys.auth})`.execute(tx);
    });
    return staffId;
  };
  const people = new Map<string, Promise<readonly string[]>>();
  const peopleAt = (endpoint: string): Promise<readonly string[]> => {
    const known =
      people.get(endpoint) ??
      Promise.all(Array.from({ length: perRequest }, () => addPerson(endpoint)));
    people.set(endpoint, known);
    return known;
  };
  const newRequest = async (): Promise<string> => {
    const table = tables[requests % tables.length]?.id ?? "";
    // A table has one open request of each type.
    const type = types[Math.floor(requests / tables.length)];
    requests += 1;
    const { rows } = await database.inTenant(tenantId, (tx) =>
      sql<{ id: string }>`insert into request (tenant_id, table_id, type)
        values (${tenantId}, ${table}, ${type}) returning id`.execute(tx),
    );
    return rows[0]?.id ?? "";
  };
  return {
    redisUrl: redis.url,
    vapid,
    startWorker: () =>
      spawnService(workerMain(), {
        DATABASE_URL: urls.appUrl,
        RELAY_DATABASE_URL: urls.relayUrl,
        REDIS_URL: redis.url,
        LOG_LEVEL: "error",
        VAPID_PUBLIC_KEY: vapid.publicKey,
        VAPID_PRIVATE_KEY: vapid.privateKey,
        VAPID_SUBJECT: "mailto:ops@example.com",
        OUTBOUND_PRIVATE_NETWORKS: "127.0.0.1/32",
      }),
    setWebhook: async (target) => {
      const channel = JSON.stringify({ kind: "webhook", target, secret: "whsec_AAAA" });
      await database.inTenant(tenantId, (tx) =>
        sql`update tenant set second_channel = ${channel} where id = ${tenantId}`.execute(tx),
      );
    },
    ring: async (rings) => {
      const ids: string[] = [];
      for (let from = 0; from < rings.length; from += perRequest) {
        const batch = rings.slice(from, from + perRequest);
        const hasPush = batch.some(({ channel }) => channel === "push");
        const requestId = hasPush ? await newRequest() : "";
        const rows = await Promise.all(
          batch.map(async ({ channel, endpoint = "", isOver = false }, index) => ({
            id: randomUUID(),
            request: channel === "push" ? requestId : await newRequest(),
            staff: channel === "push" ? ((await peopleAt(endpoint))[index] ?? null) : null,
            channel,
            state: isOver ? "superseded" : "due",
          })),
        );
        await database.inTenant(tenantId, (tx) =>
          sql`
            insert into delivery
              (tenant_id, id, request_id, round, step, staff_id, channel, state, expires_at)
            select ${tenantId}, id, request, 1, 0, staff, channel, state,
              now() + interval '30 minutes'
            from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
              as given (id uuid, request uuid, staff uuid, channel text, state text)`.execute(tx),
        );
        ids.push(...rows.map(({ id }) => id));
      }
      return ids;
    },
    analyze: async () => {
      await using owner = createDatabase({ url: urls.ownerUrl, max: 1, name: "bench-owner" });
      await sql`analyze`.execute(owner.db);
    },
    enqueue: async (ids) => {
      for (let from = 0; from < ids.length; from += perAdd) {
        const some = ids.slice(from, from + perAdd);
        await producer.add(some.map((deliveryId) => ({ tenantId, deliveryId, delayMs: 0 })));
      }
    },
    sent: async (ids) => {
      const read = (some: readonly string[]) =>
        database.inTenant(tenantId, (tx) =>
          sql<{ wait: number; at: number }>`
            select (1000 * extract(epoch from sent_at - created_at))::float8 as wait,
              extract(epoch from sent_at)::float8 as at
            from delivery where tenant_id = ${tenantId} and id = any(${[...some]})
              and sent_at is not null`.execute(tx),
        );
      const rows: { readonly wait: number; readonly at: number }[] = [];
      // Few rows at a time: a question about all of them would take the time of those that send.
      for (let from = 0; from < ids.length; from += perRequest) {
        const some = ids.slice(from, from + perRequest);
        rows.push(
          ...(await waitFor(
            async () => {
              const found = (await read(some)).rows;
              return found.length === some.length ? found : undefined;
            },
            600_000,
            "every delivery being sent",
          )),
        );
      }
      const times = rows.map(({ at }) => at);
      return {
        waits: rows.map(({ wait }) => wait),
        seconds: times.reduce((a, b) => Math.max(a, b)) - times.reduce((a, b) => Math.min(a, b)),
      };
    },
    [Symbol.asyncDispose]: async () => {
      await producer.close();
      await connection.close();
      await database.close();
      await redis[Symbol.asyncDispose]();
      await urls.drop();
    },
  };
}
