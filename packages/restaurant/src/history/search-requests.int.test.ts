import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { createDatabase, createTenant, type Database } from "@waiter/database";
import { testDatabase, type TestDatabase } from "@waiter/testkit";
import { sql } from "kysely";
import { searchRequests, selectFound } from "./search-requests.ts";

interface PlanNode {
  readonly "Node Type": string;
  readonly "Relation Name"?: string;
  readonly "Actual Rows"?: number;
  readonly "Actual Loops"?: number;
  readonly Plans?: readonly PlanNode[];
}
const nodesOf = (node: PlanNode): PlanNode[] => [node, ...(node.Plans ?? []).flatMap(nodesOf)];

let urls: TestDatabase;
let database: Database;
beforeAll(async () => {
  urls = await testDatabase();
  database = createDatabase({ url: urls.appUrl, max: 2, name: "test" });
});
afterAll(async () => {
  await database.close();
  await urls.drop();
});

const limits = { lockMs: 60_000, statementMs: 120_000, idleMs: 60_000, transactionMs: 300_000 };
/** As many restaurants as it takes for Postgres to misjudge the join with their tables. */
const neighbours = 3_000;
const requests = 60_000;
const limit = 50;

test("a page of an old restaurant's requests reads no more rows than a page", async () => {
  const { tenant, tables } = await createTenant(database, {
    slug: "old",
    name: "Old",
    owner: { name: "Olga" },
    tables: ["1", "2"],
  });
  await using owner = createDatabase({ url: urls.ownerUrl, max: 1, name: "owner", limits });
  const columns =
    "(tenant_id, id, table_id, type, state, level, version, created_at, updated_at, closed_at, round)";
  const insert = `insert into request_history ${columns}`;
  await sql`select ensure_request_history(now()::date)`.execute(owner.db);
  await sql`${sql.raw(`do $$ declare tenant uuid; place uuid; begin
    for n in 1..${neighbours} loop
      tenant := gen_random_uuid(); place := gen_random_uuid();
      perform set_config('waiter.tenant_id', tenant::text, true);
      insert into tenant (id, slug, name) values (tenant, 'n' || n, 'N');
      insert into dining_table (tenant_id, id, label, token)
        values (tenant, place, '1', tenant::text);
      ${insert} values (tenant, gen_random_uuid(), place, 'waiter', 'completed', 0, 3, now(), now(),
        now(), 1);
    end loop;
    perform set_config('waiter.tenant_id', '${tenant.id}', true);
    ${insert} select '${tenant.id}', gen_random_uuid(), '${tables[0]?.id}', 'waiter', 'completed',
      0, 3, at, at, at, 1 from (
        select now() - n * interval '1 millisecond' as at
        from generate_series(1, ${requests}) n) old;
    insert into request ${columns} select '${tenant.id}', gen_random_uuid(), '${tables[0]?.id}',
      'waiter', 'completed', 0, 3, now(), now(), now(), 1 from generate_series(1, ${limit});
    end $$`)}`.execute(owner.db);
  await sql`vacuum analyze`.execute(owner.db);
  await database.inTenant(tenant.id, async (tx) => {
    const { rows } = await sql<{ "QUERY PLAN": readonly [{ Plan: PlanNode }] }>`
      explain (analyze, format json, timing off)
      ${selectFound(tenant.id, { limit, cursor: undefined })}`.execute(tx);
    const [{ Plan: plan }] = rows[0]?.["QUERY PLAN"] ?? [{ Plan: { "Node Type": "none" } }];
    const read = (relation: string): number[] =>
      nodesOf(plan)
        .filter((node) => node["Relation Name"]?.startsWith(relation) === true)
        .map((node) => (node["Actual Rows"] ?? 0) * (node["Actual Loops"] ?? 1));
    expect(read("request").length).toBeGreaterThan(1);
    expect(Math.max(...read("request"))).toBeLessThanOrEqual(limit + 1);
    // The restaurant's tables are read once, for the page of both sources.
    expect(read("dining_table")).toEqual([tables.length]);
    const page = await searchRequests(tx, { limit });
    const next = await searchRequests(tx, { limit, cursor: page.at(-1)?.id });
    expect(new Set([...page, ...next].map(({ id }) => id)).size).toBe(2 * limit);
    const unknown = await searchRequests(tx, { limit, table: randomUUID() });
    expect(unknown).toEqual([]);
  });
});
