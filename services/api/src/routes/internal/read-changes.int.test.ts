import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import {
  changeEpochOf,
  createDatabase,
  createTenant,
  rebaseEventLog,
  type Database,
} from "@waiter/database";
import { appendEvent } from "@waiter/events";
import { testDatabase, waitFor, type TestDatabase } from "@waiter/testkit";
import { sql } from "kysely";
import { readChanges } from "./read-changes.ts";

let urls: TestDatabase;
let database: Database;
let owner: Database;
beforeAll(async () => {
  urls = await testDatabase();
  database = createDatabase({ url: urls.appUrl, max: 5, name: "test" });
  owner = createDatabase({ url: urls.ownerUrl, max: 2, name: "owner" });
});
afterAll(async () => {
  await Promise.all([database.close(), owner.close()]);
  await urls.drop();
});

const newTenant = async (): Promise<string> => {
  const { tenant } = await createTenant(database, {
    slug: `t${randomUUID().slice(0, 8)}`,
    name: "Osteria",
    owner: { email: "o@example.com", name: "O", passwordHash: "x" },
    tables: ["1"],
  });
  return tenant.id;
};
const append = (tenantId: string) =>
  database.inTenant(tenantId, (tx) => appendEvent(tx, { tenantId, type: "t", data: {} }));
const begin = async () => (await readChanges(database, "")).next;
/** A position that nothing before has to be asked for again. */
const settled = async (): Promise<string> => {
  let next = await begin();
  await waitFor(async () => {
    const answer = await readChanges(database, next);
    next = answer.next;
    return answer.tenants.length === 0;
  }, 60_000);
  return next;
};

/** A transaction with an event that ends when `commit` is called. */
async function held(tenantId: string) {
  const { promise: end, resolve: commit } = Promise.withResolvers<void>();
  const { promise: appended, resolve: onAppended } = Promise.withResolvers<void>();
  const done = database.inTenant(tenantId, async (tx) => {
    await appendEvent(tx, { tenantId, type: "slow", data: {} });
    onAppended();
    await end;
  });
  await appended;
  return { commit, done };
}

test("a tenant whose transaction others overtook is named after its commit", async () => {
  const [slow, quick] = [await newTenant(), await newTenant()];
  let next = await settled();
  const { commit, done } = await held(slow);
  const named: string[] = [];
  for (let round = 0; round < 3; round += 1) {
    await append(quick);
    const answer = await readChanges(database, next);
    named.push(...answer.tenants);
    next = answer.next;
  }
  expect(new Set(named)).toEqual(new Set([quick]));
  commit();
  await done;
  expect((await readChanges(database, next)).tenants).toContain(slow);
}, 90_000);

test("an open backup neither delays nor repeats a tenant", async () => {
  const tenant = await newTenant();
  const open = owner.db.connection().execute(async (dump) => {
    await sql`begin isolation level repeatable read read only`.execute(dump);
    await sql`select pg_export_snapshot()`.execute(dump);
    await sql`lock table event, tenant_counter in access share mode`.execute(dump);
    const next = await settled();
    await append(tenant);
    const changed = await readChanges(database, next);
    expect(changed.tenants).toEqual([tenant]);
    await waitFor(
      async () =>
        (await readChanges(database, await begin()).catch(() => undefined))?.tenants.length === 0,
      60_000,
    );
    await sql`rollback`.execute(dump);
  });
  await open;
}, 90_000);

test("ended sessions and a new epoch are changes without an event", async () => {
  const tenant = await newTenant();
  const next = await settled();
  await database.inTenant(tenant, (tx) => changeEpochOf(tx));
  expect((await readChanges(database, next)).tenants).toContain(tenant);
  const other = await newTenant();
  const later = await begin();
  await database.inTenant(other, (tx) => sql`update dining_table set token = 'new'`.execute(tx));
  expect((await readChanges(database, later)).tenants).toContain(other);
}, 90_000);

test("more changes than a page holds come in pages", async () => {
  const tenants = [await newTenant(), await newTenant()];
  const next = await settled();
  for (const tenantId of tenants)
    for (let batch = 0; batch < 12; batch += 1)
      await database.inTenant(tenantId, async (tx) => {
        for (let count = 0; count < 50; count += 1)
          await appendEvent(tx, { tenantId, type: "t", data: {} });
      });
  const named = new Set<string>();
  let pages = 0;
  for (let since: string | undefined = next; since !== undefined; pages += 1) {
    const answer = await readChanges(database, since);
    expect(answer.void).toBeUndefined();
    for (const tenant of answer.tenants) named.add(tenant);
    since = answer.more;
  }
  expect([...named].toSorted()).toEqual(tenants.toSorted());
  expect(pages).toBe(2);
}, 90_000);

/** The log's highest position, and an id that no later transaction is below. */
const highest = async (): Promise<{ position: number; id: number }> => {
  const { rows } = await sql<{ position: number; id: number }>`
    select max(log_position) as position, pg_snapshot_xmin(pg_current_snapshot())::text::bigint as id
    from event`.execute(owner.db);
  return rows[0] ?? { position: 0, id: 0 };
};

test("a position of another line, one beyond the log and nonsense are void", async () => {
  const tenant = await newTenant();
  const next = await settled();
  const [line = "", position = "0", at = "0"] = next.split("~");
  const ahead = `${line}~${Number(position) + 1_000_000}~${at}`;
  for (const since of ["", "x", "~~", ahead, `other~${position}~${at}`])
    expect(await readChanges(database, since)).toMatchObject({ void: true, tenants: [] });
  await append(tenant);
  const before = await highest();
  expect(await rebaseEventLog(database.db, { always: true })).toBe(true);
  expect((await readChanges(database, next)).void).toBe(true);
  await append(tenant);
  expect((await highest()).position).toBeGreaterThan(before.position + before.id);
}, 90_000);

test("updates of the counters stay HOT", async () => {
  const tenant = await newTenant();
  const stats = async () => {
    const { rows } = await sql<{ updates: number; hot: number }>`
      select n_tup_upd as updates, n_tup_hot_upd as hot from pg_stat_user_tables
      where relname = 'tenant_counter'`.execute(owner.db);
    return rows[0] ?? { updates: 0, hot: 0 };
  };
  await sql`select pg_stat_force_next_flush()`.execute(owner.db);
  const before = await stats();
  const own = createDatabase({ url: urls.appUrl, max: 1, name: "hot" });
  for (let count = 0; count < 20; count += 1)
    await own.inTenant(tenant, (tx) => appendEvent(tx, { tenantId: tenant, type: "t", data: {} }));
  await own.close();
  await waitFor(async () => (await stats()).updates >= before.updates + 20, 60_000);
  const after = await stats();
  expect(after.hot - before.hot).toBe(after.updates - before.updates);
}, 90_000);
