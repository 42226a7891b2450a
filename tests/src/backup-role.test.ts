import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { migrate } from "@waiter/database";
import { startPostgres } from "@waiter/testkit";
import pg from "pg";

const example = readFileSync(
  join(import.meta.dirname, "../../helm/waiter/examples/backup-cronjob.yaml"),
  "utf8",
);
/** The SQL of the example's comment. */
const statements = Array.from(example.matchAll(/^# +((?:create|grant) .*;)$/gm), ([, sql = ""]) =>
  sql.replace("<password>", "pw"),
);

test("the role of the chart's nightly backup reads every table, as pg_dump does", async () => {
  await using server = await startPostgres();
  await migrate({
    migrationUrl: server.ownerUrl,
    appUrl: server.appUrl,
    relayUrl: server.relayUrl,
  });
  const admin = new pg.Client({ connectionString: server.adminUrl });
  await admin.connect();
  for (const sql of statements) await admin.query(sql);
  const secretKey = /key: (\w+)/.exec(example)?.[1];
  const url = new URL(server.ownerUrl);
  if (secretKey === "BACKUP_DATABASE_URL")
    Object.assign(url, { username: "waiter_backup", password: "pw" });
  const backup = new pg.Client({ connectionString: url.href });
  await backup.connect();
  try {
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
  } finally {
    await Promise.all([admin.end(), backup.end()]);
  }
});
