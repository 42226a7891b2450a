import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { losingAnswers, testDatabase, type TestDatabase } from "@waiter/testkit";
import { sql } from "kysely";
import { createDatabase, type Database } from "../database.ts";
import { CommitUnknownError, UnavailableError } from "../failures.ts";
import { type TenantTransaction } from "./tenant-transaction.ts";
import { createTenant } from "../tenants/tenants.ts";

let urls: TestDatabase;
let database: Database;
let tenantId: string;
beforeAll(async () => {
  urls = await testDatabase();
  database = createDatabase({
    url: urls.appUrl,
    max: 5,
    name: "test",
    connectTimeoutMs: 60_000,
    queryTimeoutMs: 60_000,
  });
  ({
    tenant: { id: tenantId },
  } = await createTenant(database, {
    slug: "demo",
    name: "Demo",
    owner: { email: "o@example.com", name: "O", passwordHash: "x" },
  }));
});
afterAll(async () => {
  await database.close();
  await urls.drop();
});

const addZone = (name: string) => (tx: TenantTransaction) =>
  tx.insertInto("zone").values({ tenant_id: tx.tenantId, name }).execute();
const zones = () =>
  database
    .inTenant(tenantId, (tx) => tx.selectFrom("zone").select("name").orderBy("name").execute())
    .then((rows) => rows.map((row) => row.name));

describe("a tenant's transaction", () => {
  test("a COMMIT whose answer is lost throws CommitUnknownError", async () => {
    await using between = await losingAnswers(urls.appUrl);
    await using through = createDatabase({ url: between.url, max: 1, name: "through" });
    between.loseNextCommit();
    await expect(through.inTenant(tenantId, addZone("lost answer"))).rejects.toBeInstanceOf(
      CommitUnknownError,
    );
    expect(await zones()).toContain("lost answer");
  });

  test("an unreachable server throws UnavailableError without hanging", async () => {
    await using away = createDatabase({
      url: "postgres://waiter_app:x@127.0.0.1:1/waiter",
      max: 1,
      name: "away",
    });
    await expect(away.inTenant(tenantId, addZone("x"))).rejects.toBeInstanceOf(UnavailableError);
    await expect(away.ping()).rejects.toBeInstanceOf(UnavailableError);
    await expect(away.findTenant("demo")).rejects.toBeInstanceOf(UnavailableError);
  });

  test("a terminated session throws UnavailableError, is rolled back, and the pool recovers", async () => {
    await using one = createDatabase({ url: urls.appUrl, max: 1, name: "one" });
    const killed = one.inTenant(tenantId, async (tx) => {
      await addZone("killed")(tx);
      const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(tx);
      await sql`select pg_terminate_backend(${rows[0]?.pid})`.execute(database.db);
      await addZone("killed too")(tx);
    });
    await expect(killed).rejects.toBeInstanceOf(UnavailableError);
    await one.ping();
    expect(await zones()).not.toContain("killed");
  });

  test("a statement beyond its limit throws UnavailableError and its connection is discarded", async () => {
    await using slow = createDatabase({
      url: urls.appUrl,
      max: 1,
      name: "slow",
      queryTimeoutMs: 200,
    });
    await expect(
      slow.inTenant(tenantId, (tx) => sql`select pg_sleep(30)`.execute(tx)),
    ).rejects.toBeInstanceOf(UnavailableError);
    await slow.ping();
  });

  test("serialization failures are retried three times, then thrown", async () => {
    let attempts = 0;
    const failing = (until: number) => async (tx: TenantTransaction) => {
      attempts++;
      if (attempts <= until)
        await sql`do $$ begin raise exception 'again' using errcode = '40001'; end $$`.execute(tx);
      return attempts;
    };
    expect(await database.inTenant(tenantId, failing(3))).toBe(4);
    attempts = 0;
    await expect(database.inTenant(tenantId, failing(9))).rejects.toThrow("again");
    expect(attempts).toBe(4);
  });

  test("two transactions that deadlock both commit", async () => {
    await database.inTenant(tenantId, addZone("a"));
    await database.inTenant(tenantId, addZone("b"));
    const { promise: bothHoldOne, resolve } = Promise.withResolvers<void>();
    let holding = 0;
    const touch = (tx: TenantTransaction, name: string) =>
      sql`update zone set position = position + 1 where name = ${name}`.execute(tx);
    const both = (first: string, second: string) =>
      database.inTenant(tenantId, async (tx) => {
        await touch(tx, first);
        if (++holding === 2) resolve();
        await bothHoldOne;
        await touch(tx, second);
      });
    await Promise.all([both("a", "b"), both("b", "a")]);
    const rows = await database.inTenant(tenantId, (tx) =>
      tx.selectFrom("zone").select("position").where("name", "in", ["a", "b"]).execute(),
    );
    expect(rows).toEqual([{ position: 2 }, { position: 2 }]);
  });

  test("a failed statement that the caller ignored cannot be committed", async () => {
    const swallowing = database.inTenant(tenantId, async (tx) => {
      await addZone("swallowed")(tx);
      await sql`select 1 / 0`.execute(tx).catch(() => undefined);
    });
    await expect(swallowing).rejects.toThrow("rolled back");
    expect(await zones()).not.toContain("swallowed");
  });

  test("read only refuses writes, and repeatable read keeps one snapshot", async () => {
    await expect(database.inTenant(tenantId, addZone("x"), { readOnly: true })).rejects.toThrow();
    await database.inTenant(
      tenantId,
      async (tx) => {
        const before = await tx.selectFrom("zone").select("name").execute();
        await database.inTenant(tenantId, addZone("meanwhile"));
        expect(await tx.selectFrom("zone").select("name").execute()).toEqual(before);
      },
      { readOnly: true, isolation: "repeatable read" },
    );
    expect(await zones()).toContain("meanwhile");
  });
});
