/** What a lock that one restaurant's transaction holds does to the others. */
import { randomUUID } from "node:crypto";
import { expect, jest, test } from "@jest/globals";
import {
  acquireLease,
  createDatabase,
  createTenant,
  deletedTenants,
  deleteTenant,
  type Database,
  type TenantTransaction,
} from "@waiter/database";
import { silentLogger } from "@waiter/logger";
import { createMetrics } from "@waiter/metrics";
import { createRequest } from "@waiter/requests";
import { waitFor } from "@waiter/testkit";
import { sql } from "kysely";
import { setStage, type WorkerStage } from "../testing/worker-stage.ts";
import { deleteTenants } from "./delete-tenants.ts";
import { forgetOldRequests, moveRequests } from "./keep-history.ts";
import { purgeOldDeliveries } from "./purge-deliveries.ts";

const newTenant = (database: Database, tables: readonly string[]) =>
  createTenant(database, {
    slug: `t${randomUUID().slice(0, 8)}`,
    name: "Osteria",
    owner: { email: "o@example.com", name: "O", passwordHash: "x" },
    tables,
  });

/** Runs `work` while a transaction of this tenant holds the rows of a table. */
async function whileLocked(
  { urls }: WorkerStage,
  tenantId: string,
  table: string,
  work: () => Promise<void>,
): Promise<void> {
  const limits = { idleMs: 0, transactionMs: 0 };
  await using locker = createDatabase({ url: urls.appUrl, max: 1, name: "locker", limits });
  const [held, release] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const locked = locker.inTenant(tenantId, async (tx) => {
    await sql`select from ${sql.table(table)} for update`.execute(tx);
    held.resolve();
    await release.promise;
  });
  await held.promise;
  try {
    await work();
  } finally {
    release.resolve();
    await locked;
  }
}

test("deadlines of a restaurant whose requests are locked delay no other restaurant's", async () => {
  await using stage = await setStage({ steps: [60] });
  const { tenant, tables } = await newTenant(stage.database, ["1", "2", "3", "4", "5", "6"]);
  for (const { id: tableId } of tables)
    await createRequest(stage.database, {
      tenantId: tenant.id,
      actor: { kind: "guest", sessionId: randomUUID(), tableId },
      type: "waiter",
    });
  const requestId = await stage.call();
  const makeDue = (tenantId: string, seconds: number) =>
    stage.database.inTenant(tenantId, (tx) =>
      sql`update deadline set due_at = now() - make_interval(secs => ${seconds})
        where kind = 'escalation'`.execute(tx),
    );
  await makeDue(tenant.id, 5);
  await makeDue(stage.tenantId, 1);
  await whileLocked(stage, tenant.id, "request", async () => {
    await stage.start({ DB_POOL_MAX: "4" });
    await waitFor(async () => (await stage.history(requestId)).length > 1, 8_000);
  });
  expect(await stage.history(requestId)).toEqual(["request.created 0", "request.escalated 1"]);
}, 60_000);

const day = 86_400_000;
const config = {
  MOVE_CLOSED_REQUESTS: true,
  NOTE_RETENTION: 30 * day,
  REQUEST_RETENTION: 400 * day,
  DELIVERY_RETENTION: 7 * day,
} as never;
const closed = (age: string) => (tx: TenantTransaction) =>
  sql`insert into request (tenant_id, table_id, type, state, created_at, closed_at)
    select tenant_id, id, 'waiter', 'completed', now() - ${age}::interval, now() - ${age}::interval
    from dining_table`.execute(tx);
const delivered = (tx: TenantTransaction) =>
  sql`insert into delivery (tenant_id, request_id, round, step, channel, state, created_at, expires_at)
    values (${tx.tenantId}, gen_random_uuid(), 1, 0, 'socket', 'failed', now() - interval '8 days', now())`.execute(
    tx,
  );

const once: typeof moveRequests = (...args) =>
  forgetOldRequests(...args, { atMost: 1, pauseMs: 10 });

test.each([
  // No month is made for a request of 20 years ago.
  ["moves closed requests", moveRequests, closed("20 years"), closed("2 hours"), "request", ""],
  ["deletes old requests", once, closed("500 days"), closed("500 days"), "request", "request"],
  ["deletes old deliveries", purgeOldDeliveries, delivered, delivered, "delivery", "delivery"],
] as const)(
  "a worker %s of one restaurant although it fails for the one before",
  async (_name, work, ofFirst, ofSecond, table, lock) => {
    await using stage = await setStage();
    await using database = createDatabase({
      url: stage.urls.appUrl,
      max: 3,
      name: "worker",
      limits: { lockMs: 200 },
    });
    const tenants = [await newTenant(database, ["1"]), await newTenant(database, ["1"])];
    const [first = "", second = ""] = tenants.map(({ tenant }) => tenant.id).toSorted();
    await database.inTenant(first, ofFirst);
    await database.inTenant(second, ofSecond);
    const left = (tenantId: string) =>
      database.inTenant(tenantId, async (tx) => {
        const { rows } = await sql`select from ${sql.table(table)}`.execute(tx);
        return rows.length;
      });
    const lease = await acquireLease(database.db, {
      name: "erase old requests",
      holder: randomUUID(),
      ttlMs: 60_000,
      everyMs: 0,
    });
    if (lease === undefined) throw new Error("no lease");
    const metrics = createMetrics({ defaults: false });
    const context = { database, logger: silentLogger, metrics, config };
    await whileLocked(stage, first, lock || "zone", async () => {
      expect(await work(context, lease, new AbortController().signal)).toBe(true);
    });
    expect([await left(first), await left(second)]).toEqual([1, 0]);
    const { values } = await metrics.workFailures.get();
    expect(values.map(({ labels }) => labels)).toEqual([{ work: "erase old requests" }]);
  },
  60_000,
);

test("old requests whose rows are locked for a moment are deleted in the same round", async () => {
  await using stage = await setStage();
  await using database = createDatabase({
    url: stage.urls.appUrl,
    max: 3,
    name: "worker",
    limits: { lockMs: 200 },
  });
  const { tenant } = await newTenant(database, ["1"]);
  await database.inTenant(tenant.id, closed("500 days"));
  const lease = await acquireLease(database.db, {
    name: "erase old requests",
    holder: randomUUID(),
    ttlMs: 60_000,
    everyMs: 0,
  });
  if (lease === undefined) throw new Error("no lease");
  const metrics = createMetrics({ defaults: false });
  const info = jest.fn();
  const context = { database, logger: { ...silentLogger, info }, metrics, config } as never;
  let round: Promise<boolean> = Promise.resolve(false);
  await whileLocked(stage, tenant.id, "request", async () => {
    const tries = { atMost: 50, pauseMs: 100 };
    round = forgetOldRequests(context, lease, new AbortController().signal, tries);
    await waitFor(() => info.mock.calls.length > 0, 5_000);
  });
  expect(await round).toBe(true);
  const { rows } = await database.inTenant(tenant.id, (tx) => sql`select from request`.execute(tx));
  expect(rows).toEqual([]);
  expect((await metrics.workFailures.get()).values).toEqual([]);
}, 60_000);

test("a restaurant that cannot be deleted now delays no other's deletion", async () => {
  await using stage = await setStage();
  await using database = createDatabase({
    url: stage.urls.appUrl,
    max: 3,
    name: "worker",
    limits: { lockMs: 200 },
  });
  const [first, second] = [await newTenant(database, ["1"]), await newTenant(database, ["1"])];
  await deleteTenant(database, first.tenant.id);
  await deleteTenant(database, second.tenant.id);
  const holder = randomUUID();
  const lease = await acquireLease(database.db, { name: "d", holder, ttlMs: 60_000, everyMs: 0 });
  if (lease === undefined) throw new Error("no lease");
  const metrics = createMetrics({ defaults: false });
  const run = () =>
    deleteTenants({ database, logger: silentLogger, metrics }, lease, new AbortController().signal);
  await whileLocked(stage, first.tenant.id, "dining_table", async () => {
    expect(await run()).toBe(false);
  });
  expect(await deletedTenants(database.db)).toEqual([first.tenant.id]);
  expect(await run()).toBe(true);
  expect(await deletedTenants(database.db)).toEqual([]);
}, 60_000);
