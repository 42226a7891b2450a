/** Statements that share a Sync: what each of them hears when one fails. */
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { testDatabase, type TestDatabase } from "@waiter/testkit";
import { sql } from "kysely";
import { createDatabase, type Database } from "../database.ts";
import { Session } from "./session.ts";
import type { TenantTransaction } from "../transactions/tenant-transaction.ts";
import { createTenant } from "../tenants/tenants.ts";

let urls: TestDatabase;
let database: Database;
let tenantId: string;
beforeAll(async () => {
  urls = await testDatabase();
  database = createDatabase({ url: urls.appUrl, max: 1, name: "unit", connectTimeoutMs: 60_000 });
  const owner = { email: "o@example.com", name: "O", passwordHash: "x" };
  tenantId = (await createTenant(database, { slug: "demo", name: "Demo", owner })).tenant.id;
});
afterAll(async () => {
  await database.close();
  await urls.drop();
});

const open = async () => {
  const session = new Session({ connectionString: urls.appUrl, pipeline: true });
  await session.connect();
  return Object.assign(session, { [Symbol.asyncDispose]: () => session.end() });
};
const divide = (by: unknown, name = "divide") => ({
  name,
  text: "select 6 / $1::int as n",
  values: [by],
});
const outcomes = async (answers: Promise<{ rows: unknown[] }>[]) =>
  (await Promise.allSettled(answers)).map((it) =>
    it.status === "fulfilled" ? it.value.rows : (it.reason as { code?: string }).code,
  );
/** pg cannot write it. */
const unwritable = {
  toPostgres: () => {
    throw new Error("no text");
  },
};
const addZone = (tx: TenantTransaction, name: unknown) =>
  sql`insert into zone (tenant_id, name) values (${tx.tenantId}, ${name})`.execute(tx);
const zones = async () => {
  const { rows } = await database.inTenant(tenantId, (tx) =>
    sql<{ name: string }>`select name from zone where tenant_id = ${tx.tenantId}`.execute(tx),
  );
  return rows.map(({ name }) => name);
};
/** The state of the connection's transaction as Postgres reported it last. */
const hasOpenTransaction = async () => {
  const { rows } = await sql<{ open: boolean }>`
    select now() <> statement_timestamp() as open`.execute(database.db);
  return rows[0]?.open;
};

test("a failure fails the statements behind it and none before it", async () => {
  await using session = await open();
  const together = [divide(2), divide(0, "second"), divide(3, "third")];
  expect(await outcomes(session.runTogether(together))).toEqual([[{ n: 3 }], "22012", "22012"]);
  // Postgres has not seen the text of the third.
  expect(await outcomes(session.runTogether(together.toReversed()))).toEqual([
    [{ n: 2 }],
    "22012",
    "22012",
  ]);
  expect((await session.run(divide(6))).rows).toEqual([{ n: 1 }]);
});

test("behind a value that pg cannot write nothing is sent", async () => {
  await using session = await open();
  const [first, second, third] = await Promise.allSettled(
    session.runTogether([divide(2), divide(unwritable), divide(3, "third")]),
  );
  expect(first).toMatchObject({ value: { rows: [{ n: 3 }] } });
  expect([second, third]).toMatchObject([
    { reason: { message: "no text" } },
    { reason: { message: "no text" } },
  ]);
  expect((await session.run(divide(3, "third"))).rows).toEqual([{ n: 2 }]);
});

test("a transaction whose last statement failed is over for its session", async () => {
  for (const name of [null, unwritable]) {
    const failing = database.inTenant(tenantId, async (tx) => {
      await addZone(tx, "undone");
      await tx.commitWith(() => addZone(tx, name));
    });
    await expect(failing).rejects.toThrow();
    expect(await hasOpenTransaction()).toBe(false);
    expect(await zones()).not.toContain("undone");
  }
});

test("a COMMIT that a deferred check refuses fails alone and leaves no transaction open", async () => {
  const session = new Session({ connectionString: urls.ownerUrl, pipeline: true });
  await session.connect();
  try {
    await session.run("create temp table note (n int unique deferrable initially deferred)");
    const insert = { name: "note", text: "insert into note select 1 from generate_series(1, $1)" };
    const command = (text: string) => ({ name: text, text, returnsRows: false });
    for (const [times, commits] of [
      [2, "23505"],
      [1, []],
    ] as const) {
      const begin = session.runTogether([command("BEGIN")]);
      const ending = session.runTogether([{ ...insert, values: [times] }, command("COMMIT")]);
      const state = session.run(
        "select now() = statement_timestamp() as over, count(*)::int from note",
      );
      expect(await outcomes([...begin, ...ending])).toEqual([[], [], commits]);
      expect((await state).rows).toEqual([{ over: true, count: times % 2 }]);
    }
  } finally {
    await session.end();
  }
});

test("a backend that ends in the last statement has committed nothing, and its session is replaced", async () => {
  const ended = database.inTenant(tenantId, (tx) =>
    tx.commitWith(() =>
      sql`select pg_terminate_backend(pg_backend_pid()) where ${true}`.execute(tx),
    ),
  );
  await expect(ended).rejects.toMatchObject({ name: "UnavailableError" });
  await database.inTenant(tenantId, (tx) => addZone(tx, "after the end"));
  expect(await zones()).toContain("after the end");
});

test("a transaction whose first statement failed is over for its session", async () => {
  const failing = database.inTenant(tenantId, (tx) => addZone(tx, null));
  await expect(failing).rejects.toMatchObject({ code: "23502" });
  expect(await hasOpenTransaction()).toBe(false);
  await database.inTenant(tenantId, (tx) => addZone(tx, "next"));
  expect(await zones()).toContain("next");
});

test("G4: a transaction that sends its first statement late, or none, has its tenant too", async () => {
  expect(await database.inTenant(tenantId, () => Promise.resolve("nothing sent"))).toBe(
    "nothing sent",
  );
  const seen = await database.inTenant(tenantId, async (tx) => {
    await new Promise((resolve) => setTimeout(resolve, 5));
    return await sql<{ id: string }>`select id from tenant where ${true}`.execute(tx);
  });
  expect(seen.rows).toEqual([{ id: tenantId }]);
  const outside = await sql<{ setting: string | null }>`
    select nullif(current_setting('waiter.tenant_id', true), '') as setting`.execute(database.db);
  expect(outside.rows).toEqual([{ setting: null }]);
});
