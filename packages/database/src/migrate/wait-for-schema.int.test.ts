import { expect, test } from "@jest/globals";
import { startPostgres, testDatabase } from "@waiter/testkit";
import { sql } from "kysely";
import { createDatabase } from "../database.ts";
import { migrate } from "./migrate.ts";
import { latestSchemaVersion } from "./schema-version.ts";
import { waitForSchema } from "./wait-for-schema.ts";

function listener() {
  const told: { message: string; fields?: object | undefined }[] = [];
  return {
    told,
    logger: { warn: (message: string, fields?: object) => void told.push({ message, fields }) },
  };
}

test("a schema of this release or a newer one is accepted at once", async () => {
  await using urls = await testDatabase();
  await using database = createDatabase({ url: urls.appUrl, max: 1, name: "test" });
  await using owner = createDatabase({ url: urls.ownerUrl, max: 1, name: "owner" });
  const { told, logger } = listener();
  await waitForSchema({ db: database.db, signal: AbortSignal.timeout(5_000), logger });
  await sql`insert into public.pgmigrations (name, run_on) values ('9999_later', now())`.execute(
    owner.db,
  );
  await waitForSchema({ db: database.db, signal: AbortSignal.timeout(5_000), logger });
  expect(told).toEqual([]);
});

test("an older schema is waited for until it is migrated, and logged once", async () => {
  await using server = await startPostgres();
  await using owner = createDatabase({ url: server.ownerUrl, max: 1, name: "test" });
  const { told, logger } = listener();
  const waiting = waitForSchema({
    db: owner.db,
    signal: AbortSignal.timeout(30_000),
    logger,
    intervalMs: 20,
  });
  await new Promise((resolve) => setTimeout(resolve, 200));
  await migrate({
    migrationUrl: server.ownerUrl,
    appUrl: server.appUrl,
    relayUrl: server.relayUrl,
  });
  await waiting;
  expect(told[0]).toEqual({
    message: "waiting for the database's schema",
    fields: { version: 0, wanted: await latestSchemaVersion() },
  });
  expect(new Set(told.map((it) => JSON.stringify(it))).size).toBe(told.length);
});

test("stopping ends the wait for an unreachable database", async () => {
  await using away = createDatabase({
    url: "postgres://waiter_app:x@127.0.0.1:1/waiter",
    max: 1,
    name: "away",
  });
  const { told, logger } = listener();
  await expect(
    waitForSchema({ db: away.db, signal: AbortSignal.timeout(100), logger, intervalMs: 10 }),
  ).rejects.toMatchObject({ code: "ABORT_ERR" });
  expect(told).toHaveLength(1);
});
