/** SQL that the documents give to an operator. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { migrate } from "@waiter/database";
import { startPostgres, type TestPostgres } from "@waiter/testkit";
import pg from "pg";

const root = join(import.meta.dirname, "../..");
const example = readFileSync(join(root, "helm/waiter/examples/backup-cronjob.yaml"), "utf8");
/** The SQL of the example's comment. */
const statements = Array.from(example.matchAll(/^# +((?:create|grant) .*;)$/gm), ([, sql = ""]) =>
  sql.replace("<password>", "pw"),
);
const runbooks = join(root, "docs/runbooks");
/** Without those that the operator completes, `<pid>`. */
const queries = readdirSync(runbooks)
  .flatMap((page) =>
    Array.from(
      readFileSync(join(runbooks, page), "utf8").matchAll(/`(select [^`]+)`/g),
      ([, sql = ""]) => [page, sql] as const,
    ),
  )
  .filter(([, sql]) => !/<\w+>/.test(sql));

let server: TestPostgres;
let admin: pg.Client;
/** As the role that the example's Secret names. */
let backup: pg.Client;
beforeAll(async () => {
  server = await startPostgres();
  const { ownerUrl, appUrl, relayUrl } = server;
  await migrate({ migrationUrl: ownerUrl, appUrl, relayUrl });
  admin = new pg.Client({ connectionString: server.adminUrl });
  await admin.connect();
  for (const sql of statements) await admin.query(sql);
  const url = new URL(ownerUrl);
  if (/key: (\w+)/.exec(example)?.[1] === "BACKUP_DATABASE_URL")
    Object.assign(url, { username: "waiter_backup", password: "pw" });
  backup = new pg.Client({ connectionString: url.href });
  await backup.connect();
});
afterAll(async () => {
  await Promise.all([admin.end(), backup.end()]);
  await server[Symbol.asyncDispose]();
});

test("the role of the chart's nightly backup reads every table, as pg_dump does", async () => {
  const { rows } = await backup.query<{ name: string }>(
    "select oid::regclass::text as name from pg_class where relkind in ('r', 'S') and relnamespace = 'public'::regnamespace",
  );
  expect(rows.length).toBeGreaterThan(20);
  // pg_dump does so: rows that a policy hides are an error, not a gap.
  await backup.query("set row_security = off");
  const refused: string[] = [];
  for (const { name } of rows)
    await backup
      .query(`select * from ${name} limit 1`)
      .catch(({ message }: Error) => refused.push(message));
  expect(refused).toEqual([]);
});

test.each(queries)("%s: `%s` is a query of this schema", async (_page, sql) => {
  await expect(backup.query(sql)).resolves.toBeDefined();
});
