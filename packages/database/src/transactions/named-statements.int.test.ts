import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { testDatabase, type TestDatabase } from "@waiter/testkit";
import { sql } from "kysely";
import pg from "pg";
import { createDatabase, type Database, type DatabaseOptions } from "../database.ts";
import { Session } from "../sessions/session.ts";
import type { TenantTransaction } from "./tenant-transaction.ts";
import { createTenant } from "../tenants/tenants.ts";

let urls: TestDatabase;
let tenantId: string;
const limits = { lockMs: 60_000, statementMs: 60_000, idleMs: 60_000, transactionMs: 60_000 };
const open = (options: Partial<DatabaseOptions> = {}) =>
  createDatabase({ url: urls.appUrl, max: 2, name: "named", limits, ...options });

beforeAll(async () => {
  urls = await testDatabase();
  await using database = open();
  const owner = { email: "o@example.com", name: "O", passwordHash: "x" };
  tenantId = (await createTenant(database, { slug: "demo", name: "Demo", owner })).tenant.id;
});
afterAll(() => urls.drop());

const asOwner = async (statement: string) => {
  const client = new pg.Client(urls.ownerUrl);
  await client.connect();
  await client.query(statement);
  await client.end();
};
const addZone = (name: string) => (tx: TenantTransaction) =>
  tx.insertInto("zone").values({ tenant_id: tx.tenantId, name }).returningAll().execute();
/** The named statements of every idle session. */
const preparedIn = async (database: Database) => {
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from pg_prepared_statements where name like 'waiter_%'`.execute(
    database.db,
  );
  return rows[0]?.count ?? 0;
};

test("statements are prepared once per session by default, and not when switched off", async () => {
  await using named = open({ max: 1 });
  for (let n = 0; n < 3; n += 1) await named.inTenant(tenantId, addZone(`named ${n}`));
  expect(await preparedIn(named)).toBe(1);
  await using unnamed = open({ max: 1, namedStatements: false });
  await unnamed.inTenant(tenantId, addZone("unnamed"));
  expect(await preparedIn(unnamed)).toBe(0);
});

test("a transaction that keeps plans plans a statement once, and others as before", async () => {
  await using database = open({ max: 1 });
  const find = (tx: TenantTransaction) =>
    sql`select id from zone where tenant_id = ${tx.tenantId}`.execute(tx);
  for (let n = 0; n < 3; n += 1) await database.inTenant(tenantId, find, { keepsPlans: true });
  await database.inTenant(tenantId, find);
  const { rows } = await sql<{ generic: number; custom: number }>`
    select generic_plans as generic, custom_plans as custom from pg_prepared_statements
    where statement like 'select id from zone%'`.execute(database.db);
  expect(rows).toEqual([{ generic: 3, custom: 1 }]);
});

test("a migration under a running process retries without names and warns once", async () => {
  const warnings: string[] = [];
  await using database = open({ logger: { warn: (message) => warnings.push(message) } });
  await Promise.all([1, 2].map((n) => database.inTenant(tenantId, addZone(`before ${n}`))));
  await asOwner("alter table zone add column color text");
  try {
    await Promise.all([1, 2].map((n) => database.inTenant(tenantId, addZone(`after ${n}`))));
    await database.inTenant(tenantId, addZone("after 3"));
  } finally {
    await asOwner("alter table zone drop column color");
  }
  expect(warnings).toEqual([
    "named statements are switched off: the server or a pooler refused one",
  ]);
});

test("a statement outside a transaction is retried without names too", async () => {
  const warnings: string[] = [];
  await using database = open({ max: 1, logger: { warn: (message) => warnings.push(message) } });
  const find = () =>
    database.db.selectFrom("tenant_directory").selectAll().where("slug", "=", "demo").execute();
  await find();
  await sql`deallocate all`.execute(database.db);
  expect(await find()).toHaveLength(1);
  expect(warnings).toHaveLength(1);
});

test("a session asks once how the rows of a named statement look", async () => {
  await using session = Object.assign(
    new Session({ connectionString: urls.ownerUrl, pipeline: true }),
    {
      [Symbol.asyncDispose]: () => session.end(),
    },
  );
  await session.connect();
  const { connection } = session as unknown as { connection: NodeJS.EventEmitter };
  let described = 0;
  connection.on("rowDescription", () => (described += 1));
  const find = (values: readonly unknown[]) =>
    session.run({
      name: "find",
      text: "select $1::int as n, to_timestamp(0) as at, null as nothing",
      values,
    });
  const first = await find([1]);
  expect(described).toBe(1);
  const [second, failed, third] = await Promise.allSettled([find([2]), find(["x"]), find([3])]);
  expect(described).toBe(1);
  expect(first.rows).toEqual([{ n: 1, at: new Date(0), nothing: null }]);
  expect(second).toMatchObject({
    value: { rows: [{ ...first.rows[0], n: 2 }], rowCount: 1, command: "SELECT" },
  });
  expect(failed).toMatchObject({ reason: { code: "22P02" } });
  expect(third).toMatchObject({ value: { rows: [{ n: 3 }], fields: first.fields } });
});
