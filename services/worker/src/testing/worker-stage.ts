import { randomUUID } from "node:crypto";
import { fileURLToPath } from "node:url";
import type { Envelope } from "@waiter/contracts";
import { createDatabase, createTenant, type Database } from "@waiter/database";
import { createRequest } from "@waiter/requests";
import {
  spawnService,
  startRedis,
  testDatabase,
  type RunningService,
  type TestDatabase,
  type TestRedis,
} from "@waiter/testkit";
import { sql } from "kysely";

const main = fileURLToPath(new URL("../main.ts", import.meta.url));

/** A database and a Redis of one's own, a restaurant, and workers as processes. */
export interface WorkerStage extends AsyncDisposable {
  readonly urls: TestDatabase;
  readonly database: Database;
  readonly redis: TestRedis;
  readonly tenantId: string;
  /** The owner. */
  readonly staffId: string;
  start(env?: Record<string, string>): Promise<RunningService>;
  /** A guest's call, made as an api does that dies before it publishes or schedules anything. */
  call(): Promise<string>;
  /** Types and levels of a request's events, in order. */
  history(requestId: string): Promise<string[]>;
  /** When its events happened, ms, in order. */
  times(requestId: string): Promise<number[]>;
  outboxSize(): Promise<number>;
}

export async function setStage({
  databaseUrls,
  steps = [1, 2, 3],
}: { databaseUrls?: TestDatabase; steps?: number[] } = {}): Promise<WorkerStage> {
  const urls = databaseUrls ?? (await testDatabase());
  const database = createDatabase({ url: urls.appUrl, max: 5, name: "test" });
  const redis = await startRedis({ args: ["--maxmemory-policy", "noeviction"] });
  const { tenant, owner, tables } = await createTenant(database, {
    slug: `t${randomUUID().slice(0, 8)}`,
    name: "Trattoria",
    owner: { email: "owner@example.com", name: "Olga", passwordHash: "x" },
    tables: ["1", "2", "3", "4"],
  });
  const tenantId = tenant.id;
  await database.inTenant(tenantId, (tx) =>
    sql`update tenant set escalation_steps = ${steps}::int[]`.execute(tx),
  );
  const workers: RunningService[] = [];
  let calls = 0;
  const readEvents = async (requestId: string): Promise<Envelope[]> => {
    const rows = await database.inTenant(tenantId, (tx) =>
      tx
        .selectFrom("event")
        .select("envelope")
        .where("request_id", "=", requestId)
        .orderBy("seq")
        .execute(),
    );
    return rows.map(({ envelope }) => JSON.parse(envelope) as Envelope);
  };
  return {
    urls,
    database,
    redis,
    tenantId,
    staffId: owner.id,
    start: async (env = {}) => {
      const worker = await spawnService(main, {
        DATABASE_URL: urls.appUrl,
        RELAY_DATABASE_URL: urls.relayUrl,
        REDIS_URL: redis.url,
        RELAY_INTERVAL: "100ms",
        SWEEP_INTERVAL: "500ms",
        ...env,
      });
      workers.push(worker);
      return worker;
    },
    call: async () => {
      const tableId = tables[calls++ % tables.length]?.id ?? "";
      const { request } = await createRequest(database, {
        tenantId,
        actor: { kind: "guest", sessionId: randomUUID(), tableId },
        type: "waiter",
      });
      return request.id;
    },
    history: async (requestId) =>
      (await readEvents(requestId)).map(
        ({ type, data }) => `${type} ${(data as { request: { level: number } }).request.level}`,
      ),
    times: async (requestId) => (await readEvents(requestId)).map(({ at }) => Date.parse(at)),
    outboxSize: async () =>
      (await database.inTenant(tenantId, (tx) => tx.selectFrom("outbox").select("seq").execute()))
        .length,
    [Symbol.asyncDispose]: async () => {
      await Promise.all(workers.map((worker) => worker[Symbol.asyncDispose]()));
      await database.close();
      await redis[Symbol.asyncDispose]();
      await urls.drop();
    },
  };
}
