import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { testDatabase, type TestDatabase } from "@waiter/testkit";
import { sql } from "kysely";
import { createDatabase, type Database } from "../database.ts";
import { exportTenant } from "./tenant-export.ts";
import { createTenant } from "./tenants.ts";

let urls: TestDatabase;
let database: Database;
beforeAll(async () => {
  urls = await testDatabase();
  database = createDatabase({ url: urls.appUrl, max: 2, name: "export" });
});
afterAll(async () => {
  await database.close();
  await urls.drop();
});

test("an export misses no request that moves to the history meanwhile", async () => {
  const { tenant } = await createTenant(database, {
    slug: "trattoria",
    name: "Trattoria",
    owner: { name: "Olga" },
    tables: ["1", "2", "3"],
  });
  const inTenant = (statement: ReturnType<typeof sql>) =>
    database.inTenant(tenant.id, (tx) => statement.execute(tx));
  await inTenant(sql`
    insert into request (tenant_id, table_id, type, state, closed_at)
    select tenant_id, id, 'waiter', 'completed', now() from dining_table`);
  const move = () =>
    inTenant(sql`
      with moved as (
        delete from request where id in (select id from request limit 1) returning *)
      insert into request_history (tenant_id, id, table_id, type, state, level, version, created_at,
        updated_at, closed_at, round)
      select tenant_id, id, table_id, type, state, level, version, created_at, updated_at, closed_at,
        round from moved`);
  await move();
  const found = new Set<unknown>();
  for await (const page of exportTenant(database, tenant.id, { pageRows: 1 }))
    for (const { table, row } of page)
      if (table === "request" || table === "request_history") {
        found.add(row["id"]);
        await move();
      }
  expect(found.size).toBe(3);
});
