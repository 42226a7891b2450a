import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { startPostgres, testDatabase, waitFor, type TestDatabase } from "@waiter/testkit";
import { sql } from "kysely";
import pg from "pg";
import { createDatabase, type Database, type DatabaseOptions } from "../database.ts";
import { CommitUnknownError, UnavailableError } from "../failures.ts";
import { migrate } from "../migrate/migrate.ts";
import type { TenantTransaction } from "./tenant-transaction.ts";
import { createTenant } from "../tenants/tenants.ts";

let urls: TestDatabase;
let database: Database;
let busy: string;
let quiet: string;
const newTenant = async (on: Database, slug: string) => {
  const owner = { email: "o@example.com", name: "O", passwordHash: "x" };
  return (await createTenant(on, { slug, name: slug, owner })).tenant.id;
};
beforeAll(async () => {
  urls = await testDatabase();
  database = createDatabase({ url: urls.appUrl, max: 5, name: "test" });
  busy = await newTenant(database, "busy");
  quiet = await newTenant(database, "quiet");
});
afterAll(async () => {
  await database.close();
  await urls.drop();
});

const open = (options: Partial<DatabaseOptions>) =>
  createDatabase({
    url: urls.appUrl,
    max: 5,
    name: "limited",
    connectTimeoutMs: 60_000,
    queryTimeoutMs: 60_000,
    ...options,
  });
const count = (tx: TenantTransaction) =>
  sql`update tenant_counter set seq = seq + 1 where tenant_id = ${tx.tenantId}`.execute(tx);
/** A transaction that holds its tenant's counter until the returned function is called. */
const holdCounter = async (on: Database, tenantId: string) => {
  const held = Promise.withResolvers<void>();
  const end = Promise.withResolvers<void>();
  const done = on.inTenant(tenantId, async (tx) => {
    await count(tx);
    held.resolve();
    await end.promise;
  });
  done.catch(() => undefined);
  await held.promise;
  return { release: end.resolve, done };
};
const backends = async (name: string, state: string) => {
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from pg_stat_activity where application_name = ${name} and state = ${state}`.execute(
    database.db,
  );
  return rows[0]?.count;
};

describe("server-side limits", () => {
  test("a process that stops in a transaction loses it, and its tenant's lock", async () => {
    await using stopped = open({ limits: { idleMs: 200 } });
    const held = await holdCounter(stopped, busy);
    await using other = open({ limits: { lockMs: 60_000, statementMs: 60_000 } });
    await other.inTenant(busy, count);
    held.release();
    await expect(held.done).rejects.toBeInstanceOf(UnavailableError);
  });

  test("a lock that is not released in time is an UnavailableError and leaves no backend", async () => {
    const held = await holdCounter(database, busy);
    await using waiting = open({ name: "lock-waiter", limits: { lockMs: 100 } });
    const all = await Promise.allSettled(
      Array.from({ length: 10 }, () => waiting.inTenant(busy, count)),
    );
    expect(all.map((it) => it.status === "rejected" && it.reason)).toEqual(
      Array.from({ length: 10 }, () => expect.any(UnavailableError)),
    );
    expect(await backends("lock-waiter", "active")).toBe(0);
    expect(waiting.poolCounts().total).toBeLessThanOrEqual(5);
    held.release();
    await held.done;
    await waiting.inTenant(busy, count);
  });

  test("Postgres itself ends a statement that takes too long", async () => {
    await using slow = open({ name: "slow-statement", limits: { statementMs: 100 } });
    const sleeping = (tx: TenantTransaction) => sql`select pg_sleep(60)`.execute(tx);
    await expect(slow.inTenant(busy, sleeping)).rejects.toBeInstanceOf(UnavailableError);
    expect(await backends("slow-statement", "active")).toBe(0);
    await expect(sql`select pg_sleep(60)`.execute(slow.db)).rejects.toMatchObject({
      code: "57014",
    });
  });

  test("Postgres 17 or later ends a transaction that takes too long", async () => {
    await using long = open({ limits: { transactionMs: 300 } });
    const many = async (tx: TenantTransaction) => {
      for (let n = 0; n < 1_000; n += 1) await sql`select pg_sleep(0.05)`.execute(tx);
    };
    await expect(long.inTenant(busy, many)).rejects.toBeInstanceOf(UnavailableError);
    await long.inTenant(busy, count);
  });

  test("one tenant's stuck transactions do not keep another tenant out of the pool", async () => {
    const held = await holdCounter(database, busy);
    await using pool = open({ max: 4, tenantSharePercent: 25, limits: { lockMs: 300 } });
    const stuck = Array.from({ length: 40 }, () =>
      pool.inTenant(busy, count).then(
        () => "done",
        () => "failed",
      ),
    );
    const order: string[] = [];
    void Promise.race(stuck.slice(4)).then(() => order.push("busy"));
    await pool.inTenant(quiet, count);
    order.push("quiet");
    expect(order).toEqual(["quiet"]);
    held.release();
    await held.done;
    await Promise.all(stuck);
  });
});

test("a COMMIT that waits for a lost standby is unknown, never a success", async () => {
  await using server = await startPostgres();
  await migrate({ migrationUrl: server.ownerUrl, appUrl: server.appUrl });
  await using waiting = createDatabase({
    url: server.appUrl,
    max: 2,
    name: "test",
    queryTimeoutMs: 2_000,
    limits: { statementMs: 100, lockMs: 100, idleMs: 500, transactionMs: 500 },
  });
  const tenantId = await newTenant(waiting, "demo");
  const admin = new pg.Client(server.adminUrl);
  admin.on("error", () => undefined); // the server ends at the end of the test
  await admin.connect();
  await admin.query("alter system set synchronous_standby_names = 'lost'");
  await admin.query("select pg_reload_conf()");
  await waitFor(async () => {
    const { rows } = await admin.query<{ synchronous_standby_names: string }>(
      "show synchronous_standby_names",
    );
    return rows[0]?.synchronous_standby_names === "lost";
  });
  // The checkpointer applies the setting a moment after sessions show it.
  const outcome: unknown = await waitFor(() =>
    waiting.inTenant(tenantId, count).then(
      () => undefined,
      (error: unknown) => error,
    ),
  );
  expect(outcome).toBeInstanceOf(CommitUnknownError);
  await admin.end();
});
