import { expect, test } from "@jest/globals";
import { startPostgres, waitFor } from "@waiter/testkit";
import { sql } from "kysely";
import pg from "pg";
import { createDatabase } from "../database.ts";
import { migrate } from "../migrate/migrate.ts";

test("heads of 1,000 of 20,000 tenants are read by index, without a scan of the counters", async () => {
  await using server = await startPostgres();
  await migrate({ migrationUrl: server.ownerUrl, appUrl: server.appUrl });
  const admin = new pg.Client(server.adminUrl.replace(/\/postgres$/, "/waiter"));
  await admin.connect();
  await admin.query(`
    insert into tenant (id, slug, name) select gen_random_uuid(), 't' || n, 'T' from generate_series(1, 20000) n;
    insert into tenant_counter (tenant_id) select id from tenant`);
  await admin.query("vacuum analyze tenant, tenant_counter");
  const { rows } = await admin.query<{ id: string }>("select id from tenant limit 1000");
  const scans = async () => {
    const found = await admin.query<{ whole: number; lookups: number }>(
      "select seq_scan::integer as whole, idx_scan::integer as lookups from pg_stat_user_tables where relname = 'tenant_counter'",
    );
    return found.rows[0] ?? { whole: 0, lookups: 0 };
  };
  const before = await scans();
  const database = createDatabase({ url: server.appUrl, max: 1, name: "test" });
  const ids = rows.map(({ id }) => id);
  expect(await database.heads(ids)).toHaveLength(1_000);
  await database.close();
  // A session's counters arrive at the latest when it ends.
  await waitFor(async () => (await scans()).lookups >= before.lookups + 1_000);
  expect((await scans()).whole).toBe(before.whole);

  // Of one tenant, of few and of many: planned five times, then the plan is kept.
  await using again = createDatabase({ url: server.appUrl, max: 1, name: "again" });
  for (let round = 0; round < 10; round += 1)
    for (const count of [1, 3, 300])
      expect(await again.heads(ids.slice(0, count))).toHaveLength(count);
  const kept = await sql<{ text: string; planned: number }>`
    select statement as text, custom_plans as planned from pg_prepared_statements
    where statement like '%tenant_directory%'`.execute(again.db);
  expect(kept.rows.map(({ planned }) => planned)).toEqual([5, 5]);

  // However many restaurants there are, a bucket of a hash index and the row: no depth of a tree.
  const { rows: plan } = await sql<{ "QUERY PLAN": string }>`
    explain select * from tenant_directory where id = ${ids[0]}`.execute(again.db);
  const text = plan.map((row) => row["QUERY PLAN"]).join();
  expect(text).toMatch(/using tenant_hash on tenant.*using tenant_counter_hash on tenant_counter/);

  // An index by a key that no update changes leaves updates of the counter HOT.
  await admin.query("begin; update tenant_counter set seq = seq + 1");
  const { rows: updates } = await admin.query<{ hot: number }>(`
    select pg_stat_get_xact_tuples_hot_updated(oid)::integer as hot
    from pg_class where relname = 'tenant_counter'`);
  await admin.query("commit");
  expect(updates).toEqual([{ hot: 20_000 }]);
  await admin.end();
});
