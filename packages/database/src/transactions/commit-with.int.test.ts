import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { losingAnswers, testDatabase, waitFor, type TestDatabase } from "@waiter/testkit";
import { createDatabase, type Database } from "../database.ts";
import { CommitUnknownError } from "../failures.ts";
import type { TenantTransaction } from "./tenant-transaction.ts";
import { createTenant } from "../tenants/tenants.ts";

let urls: TestDatabase;
let database: Database;
let tenantId: string;
beforeAll(async () => {
  urls = await testDatabase();
  database = createDatabase({ url: urls.appUrl, max: 2, name: "test", connectTimeoutMs: 60_000 });
  const { tenant } = await createTenant(database, {
    slug: "demo",
    name: "Demo",
    owner: { email: "o@example.com", name: "O", passwordHash: "x" },
  });
  tenantId = tenant.id;
});
afterAll(async () => {
  await database.close();
  await urls.drop();
});

const addZone = (tx: TenantTransaction, name: string) =>
  tx.insertInto("zone").values({ tenant_id: tx.tenantId, name }).execute();
const zones = async (): Promise<string[]> => {
  const rows = await database.inTenant(tenantId, (tx) =>
    tx.selectFrom("zone").select("name").execute(),
  );
  return rows.map(({ name }) => name);
};

test("the last statement and COMMIT take effect together", async () => {
  await database.inTenant(tenantId, async (tx) => {
    await addZone(tx, "first");
    await tx.commitWith(() => addZone(tx, "last"));
    await expect(addZone(tx, "too late")).rejects.toThrow("the transaction is over");
  });
  expect(await zones()).toEqual(expect.arrayContaining(["first", "last"]));
});

test("a last statement that fails undoes the transaction", async () => {
  const failing = database.inTenant(tenantId, async (tx) => {
    await addZone(tx, "undone");
    await tx.commitWith(() => addZone(tx, "undone"));
  });
  await expect(failing).rejects.toMatchObject({ constraint: "zone_tenant_id_name_key" });
  expect(await zones()).not.toContain("undone");
  expect(await database.inTenant(tenantId, async (tx) => (await addZone(tx, "next")).length)).toBe(
    1,
  );
});

test("COMMIT is not sent while an earlier statement has failed", async () => {
  const ignoring = database.inTenant(tenantId, async (tx) => {
    await Promise.allSettled([addZone(tx, "twice"), addZone(tx, "twice")]);
    await tx.commitWith(() => addZone(tx, "behind"));
  });
  await expect(ignoring).rejects.toThrow("a failed statement was ignored");
  expect(await zones()).not.toContain("behind");
});

test("a lost answer of the last statement leaves the result unknown", async () => {
  await using between = await losingAnswers(urls.appUrl);
  await using through = createDatabase({ url: between.url, max: 1, name: "through" });
  between.loseNextCommit();
  const lost = through.inTenant(tenantId, (tx) => tx.commitWith(() => addZone(tx, "lost")));
  await expect(lost).rejects.toBeInstanceOf(CommitUnknownError);
  await waitFor(async () => ((await zones()).includes("lost") ? true : undefined));
});
