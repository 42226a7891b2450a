import { randomUUID } from "node:crypto";
import { readdir } from "node:fs/promises";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { startPostgres, type TestPostgres } from "@waiter/testkit";
import { sql } from "kysely";
import { runner } from "node-pg-migrate";
import pg from "pg";
import { createDatabase, type Database } from "../database.ts";
import { createMigrationLoader } from "./load-migrations.ts";
import { migrate } from "./migrate.ts";
import { migrationsDirectory } from "./schema-version.ts";
import { createTenant } from "../tenants/tenants.ts";

/** The last migration of release 0.2. */
const base = 20;

let server: TestPostgres;
let database: Database;
beforeAll(async () => {
  server = await startPostgres();
  await migrate({ migrationUrl: server.ownerUrl, appUrl: server.appUrl });
  database = createDatabase({ url: server.appUrl, max: 2, name: "down" });
});
afterAll(async () => {
  await database.close();
  await server[Symbol.asyncDispose]();
});

/** As a superuser, as the owner of a one box is: row level security hides no row from the checks. */
async function run(direction: "up" | "down", count: number): Promise<number> {
  const { pathname } = new URL(server.ownerUrl);
  const url = Object.assign(new URL(server.adminUrl), { pathname });
  const dbClient = new pg.Client({ connectionString: url.href });
  await dbClient.connect();
  try {
    const done = await runner({
      dbClient,
      dir: migrationsDirectory,
      migrationLoaderStrategies: [{ extensions: [".sql"], loader: createMigrationLoader(5_000) }],
      migrationsTable: "pgmigrations",
      direction,
      count,
      schema: "public",
      noLock: true,
      log: () => undefined,
    });
    return done.length;
  } finally {
    await dbClient.end();
  }
}

test("a schema goes back to release 0.2 and forward again with the rows that it holds", async () => {
  const { tenant, owner } = await createTenant(database, {
    slug: "trattoria",
    name: "Trattoria",
    owner: { name: "Olga" },
    tables: ["1", "2"],
  });
  await database.inTenant(tenant.id, async (tx) => {
    // No key refers to the people: whom a release before did not know, or who never existed.
    await sql`
      insert into request (tenant_id, table_id, type, state, created_by, claimed_by)
      select tenant_id, id, 'waiter', 'claimed', ${randomUUID()}::uuid,
        case label when '1' then ${owner.id}::uuid else ${randomUUID()}::uuid end
      from dining_table`.execute(tx);
    // Of a request that is gone.
    await sql`
      insert into deadline (tenant_id, request_id, kind, level, due_at)
      values (${tx.tenantId}, ${randomUUID()}::uuid, 'expiry', 0, now())`.execute(tx);
  });
  const later = (await readdir(migrationsDirectory)).filter(
    (file) => file.endsWith(".sql") && Number.parseInt(file, 10) > base,
  ).length;
  expect(await run("down", later)).toBe(later);
  expect(await run("up", later)).toBe(later);
  const kept = await database.inTenant(tenant.id, (tx) =>
    tx.selectFrom("request").select("state").execute(),
  );
  expect(kept).toEqual([{ state: "claimed" }, { state: "claimed" }]);
});
