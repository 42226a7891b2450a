import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { testDatabase, type TestDatabase } from "@waiter/testkit";
import { sql } from "kysely";
import { createDatabase, type Database } from "../database.ts";
import { purgeRetired } from "./purge-retired.ts";
import { createTenant } from "../tenants/tenants.ts";

let urls: TestDatabase;
let database: Database;
let admin: Database;
beforeAll(async () => {
  urls = await testDatabase();
  database = createDatabase({ url: urls.appUrl, max: 2, name: "retention" });
  admin = createDatabase({ url: urls.ownerUrl, max: 2, name: "owner" });
});
afterAll(async () => {
  await database.close();
  await admin.close();
  await urls.drop();
});

test("docs/retention.md says of every table how long its rows are kept", async () => {
  const { rows } = await sql<{ name: string }>`
    select table_name as name from information_schema.tables
    where table_schema = 'public' and table_type = 'BASE TABLE'
      and table_name !~ '^request_history_' order by table_name`.execute(admin.db);
  const document = readFileSync(join(import.meta.dirname, "../../../../docs/retention.md"), "utf8");
  const named = [...document.matchAll(/^\| ([a-z_]+) \| .+ \| .+ \| .+ \|$/gm)]
    .map(([, name]) => name)
    .filter((name) => name !== "table");
  expect(rows.map(({ name }) => name)).toEqual(named);
});

test("codes go a day after they were retired, slugs ten years after", async () => {
  const { tenant } = await createTenant(database, {
    slug: "trattoria",
    name: "Trattoria",
    owner: { name: "Olga" },
    tables: ["1"],
  });
  await database.inTenant(tenant.id, (tx) =>
    sql`insert into retired_code (tenant_id, id, retired_at)
      select ${tx.tenantId}, gen_random_uuid(), now() - make_interval(hours => hours)
      from unnest('{1, 23, 25, 26, 27}'::integer[]) as hours`.execute(tx),
  );
  await sql`
    insert into retired_slug (slug, retired_at)
    select 'gone-' || years, now() - make_interval(years => years)
    from unnest('{1, 9, 11}'::integer[]) as years`.execute(admin.db);
  const kept = async () => {
    const codes = await database.inTenant(tenant.id, (tx) =>
      sql`select from retired_code`.execute(tx),
    );
    const slugs = await sql<{ slug: string }>`
      select slug from retired_slug order by slug`.execute(admin.db);
    return [codes.rows.length, slugs.rows.map(({ slug }) => slug)];
  };
  expect(await purgeRetired(database.db, { atMost: 2 })).toBe(3);
  expect(await kept()).toEqual([3, ["gone-1", "gone-9"]]);
  expect(await purgeRetired(database.db, { atMost: 2 })).toBe(1);
  expect(await purgeRetired(database.db, { atMost: 2 })).toBe(0);
  expect(await kept()).toEqual([2, ["gone-1", "gone-9"]]);
});
