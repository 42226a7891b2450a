import { cp, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { startPostgres, waitFor, type TestPostgres } from "@waiter/testkit";
import pg from "pg";
import { createDatabase } from "../database.ts";
import { migrate } from "./migrate.ts";
import { RoleMissingError } from "./roles.ts";
import {
  currentSchemaVersion,
  latestSchemaVersion,
  migrationsDirectory,
} from "./schema-version.ts";

/** Numbers may have gaps. */
const countMigrations = async (): Promise<number> =>
  (await readdir(migrationsDirectory)).filter((file) => file.endsWith(".sql")).length;

let server: TestPostgres;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

async function asAdmin(...statements: string[]): Promise<void> {
  const client = new pg.Client({ connectionString: server.adminUrl });
  await client.connect();
  for (const statement of statements) await client.query(statement);
  await client.end();
}
const urlOf = (role: string, database: string): string => {
  const url = new URL(server.adminUrl);
  return Object.assign(url, { username: role, password: "pw", pathname: `/${database}` }).href;
};

describe("migrating", () => {
  test("creates roles, schema and grants; concurrent and repeated runs change nothing more", async () => {
    const options = {
      migrationUrl: server.ownerUrl,
      appUrl: server.appUrl,
      relayUrl: server.relayUrl,
    };
    const applied = (await Promise.all([migrate(options), migrate(options)])).map(
      (it) => it.applied.length,
    );
    expect(applied.toSorted((a, b) => a - b)).toEqual([0, await countMigrations()]);
    expect((await migrate(options)).applied).toEqual([]);
    await using database = createDatabase({ url: server.appUrl, max: 1, name: "test" });
    expect(await currentSchemaVersion(database.db)).toBe(await latestSchemaVersion());
  });

  test("each migration is logged as it begins and ends, and so is a wait for another run", async () => {
    const [owner, app] = ["logged_owner", "logged_app"].map((role) => urlOf(role, "logged"));
    await asAdmin(
      "create role logged_owner login createrole password 'pw'",
      "create database logged owner logged_owner",
    );
    const run = new pg.Client({ connectionString: owner });
    await run.connect();
    await run.query("select pg_advisory_lock($1)", [0x57_41_49_54]);
    const lines: [string, object?][] = [];
    const waits = Promise.withResolvers<void>();
    const logger = {
      info: (...line: [string, object?]) => {
        lines.push(line);
        if (line[0].includes("waiting for its end")) waits.resolve();
      },
      warn: () => undefined,
    };
    const migrated = migrate({ migrationUrl: owner ?? "", appUrl: app, logger });
    await waits.promise;
    await run.end();
    const { applied } = await migrated;
    const ofMigrations = lines.filter(([message]) => message.startsWith("migration "));
    expect(ofMigrations).toEqual(
      applied.flatMap((migration) => [
        ["migration begins", { migration }],
        ["migration applied", { migration, durationMs: expect.any(Number) }],
      ]),
    );
    expect(applied).toHaveLength(await countMigrations());
  });

  test("an up-to-date schema migrates without waiting for writers", async () => {
    const options = {
      migrationUrl: server.ownerUrl,
      appUrl: server.appUrl,
      relayUrl: server.relayUrl,
    };
    await migrate(options);
    const writer = new pg.Client({ connectionString: server.ownerUrl });
    await writer.connect();
    await writer.query("begin; lock table request, event, outbox, deadline in row exclusive mode");
    expect((await migrate(options)).applied).toEqual([]);
    await writer.end();
  });

  test("after a restore that kept no owners the relay owns its function again", async () => {
    const options = {
      migrationUrl: server.ownerUrl,
      appUrl: server.appUrl,
      relayUrl: server.relayUrl,
    };
    await migrate(options);
    const [owner, relay] = [options.migrationUrl, options.relayUrl].map((url) =>
      pg.escapeIdentifier(new URL(url).username),
    );
    const client = new pg.Client({
      connectionString: Object.assign(new URL(server.adminUrl), {
        pathname: new URL(server.ownerUrl).pathname,
      }).href,
    });
    await client.connect();
    await client.query(
      `alter function delete_published(uuid[], uuid[], bigint[], uuid[]) owner to ${owner}`,
    );
    await migrate(options);
    const { rows } = await client.query<{ owner: string }>(
      `select pg_get_userbyid(proowner) as owner from pg_proc
       where proname = 'delete_published'`,
    );
    await client.end();
    expect(rows.map((row) => pg.escapeIdentifier(row.owner))).toEqual([relay]);
  });

  test("a migration behind an idle transaction retries and blocks no other statement", async () => {
    const urls = {
      migrationUrl: server.ownerUrl,
      appUrl: server.appUrl,
      relayUrl: server.relayUrl,
    };
    await migrate(urls);
    const [idle, other] = await Promise.all(
      [1, 2].map(async () => {
        const client = new pg.Client({ connectionString: server.ownerUrl });
        await client.connect();
        return client;
      }),
    );
    await idle?.query("drop policy relay on outbox");
    await idle?.query("begin; lock table outbox in access share mode");
    const retried = Promise.withResolvers<void>();
    const logger = { info: () => undefined, warn: () => retried.resolve() };
    const migrated = migrate({ ...urls, lockTimeoutMs: 50, logger });
    await retried.promise;
    // Postgres queues this lock behind the migration's; it must not wait for the idle transaction.
    await other?.query("begin; lock table outbox in row exclusive mode; rollback");
    await idle?.query("rollback");
    expect((await migrated).applied).toEqual([]);
    const policies = await other?.query(
      "select from pg_policies where policyname = 'relay' and tablename = 'outbox'",
    );
    expect(policies?.rowCount).toBe(1);
    await Promise.all([idle?.end(), other?.end()]);
  });

  test("a concurrent index blocks no writer and is rebuilt after an interrupted run", async () => {
    const options = {
      migrationUrl: server.ownerUrl,
      appUrl: server.appUrl,
      relayUrl: server.relayUrl,
    };
    await migrate(options);
    const directory = await mkdtemp(join(tmpdir(), "migrations-"));
    await cp(migrationsDirectory, directory, { recursive: true });
    await writeFile(
      join(directory, "9999_test_index.sql"),
      [
        "-- Up Migration, outside a transaction",
        "drop index concurrently if exists request_test;",
        "create index concurrently request_test on request (tenant_id, note);",
        "",
      ].join("\n"),
    );
    const withIndex = { ...options, directory };
    const [owner, writer] = [
      new pg.Client({ connectionString: server.ownerUrl }),
      new pg.Client({ connectionString: server.ownerUrl }),
    ];
    await Promise.all([owner.connect(), writer.connect()]);

    await writer.query("begin; lock table request in row exclusive mode");
    const both = Promise.all([migrate(withIndex), migrate(withIndex)]);
    const waiting =
      "select from pg_stat_activity where query like '%index concurrently%' and wait_event_type = 'Lock'";
    await waitFor(
      async () => ((await owner.query(waiting)).rowCount ?? 0) > 0,
      10_000,
      "the index waiting for the writer",
    );
    await owner.query(
      "begin; set local lock_timeout = '1s'; lock table request in row exclusive mode; commit",
    );
    await writer.query("commit");
    expect((await both).map(({ applied }) => applied.length).toSorted((a, b) => a - b)).toEqual([
      0, 1,
    ]);
    const valid = await owner.query(
      "select indisvalid from pg_index where indexrelid = 'request_test'::regclass",
    );
    expect(valid.rows).toEqual([{ indisvalid: true }]);
    await owner.query("drop index request_test");
    await owner.query("delete from public.pgmigrations where name = '9999_test_index'");
    await rm(directory, { recursive: true });
    await Promise.all([owner.end(), writer.end()]);
  });

  test("an owner without CREATEROLE names the SQL to run, without passwords", async () => {
    await asAdmin("create role plain login password 'pw'", "create database plain owner plain");
    const options = {
      migrationUrl: urlOf("plain", "plain"),
      appUrl: urlOf("plain_app", "plain"),
      relayUrl: urlOf("plain_relay", "plain"),
    };
    const error = await migrate(options).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(RoleMissingError);
    const { statements } = error as RoleMissingError;
    expect(statements).toHaveLength(2);
    expect(statements.join()).not.toContain("'pw'");
    await using before = createDatabase({ url: options.migrationUrl, max: 1, name: "test" });
    expect(await currentSchemaVersion(before.db)).toBe(0);
    await asAdmin(...statements.map((it) => it.replace(/'<.*>'/, "'pw'")));
    expect((await migrate(options)).applied).toHaveLength(await countMigrations());
    await using database = createDatabase({ url: options.appUrl, max: 1, name: "test" });
    expect(await database.listTenants()).toEqual([]);
  });

  test("a service role that bypasses row level security is refused", async () => {
    await asAdmin("create role mighty login bypassrls password 'pw'");
    const options = { migrationUrl: server.ownerUrl, appUrl: urlOf("mighty", "waiter") };
    await expect(migrate(options)).rejects.toThrow("bypasses row level security");
  });

  test("the relay and the api must use different roles", async () => {
    await expect(
      migrate({ migrationUrl: server.ownerUrl, appUrl: server.appUrl, relayUrl: server.appUrl }),
    ).rejects.toThrow("another role");
  });
});
