import { setTimeout as sleep } from "node:timers/promises";
import { runner } from "node-pg-migrate";
import pg from "pg";
import { grant } from "./grants.ts";
import { loadMigrations } from "./load-migrations.ts";
import { ensureRoles, loginOf } from "./roles.ts";
import { migrationsDirectory } from "./schema-version.ts";

export interface MigrateOptions {
  /** The owner's URL: the only role that owns anything. Not through a transaction pooler. */
  readonly migrationUrl: string;
  /**
   * DATABASE_URL and RELAY_DATABASE_URL: their roles are created if need be and granted what they
   * need.
   */
  readonly appUrl?: string | undefined;
  readonly relayUrl?: string | undefined;
  readonly logger?: {
    info(message: string, fields?: object): void;
    warn(message: string, fields?: object): void;
  };
}

/** Advisory lock of Waiter's migrations: two runs on one database wait for each other. */
const lock = 0x57_41_49_54;

/**
 * Brings a database to this release's schema: roles, migrations, grants. Repeatable, and safe to
 * run twice at once.
 *
 * Throws `RoleMissingError` when a role is missing and the owner may not create it. Migrations
 * expand in one release and contract in a later one, so the release before keeps working on the
 * schema after.
 */
export async function migrate({
  migrationUrl,
  appUrl,
  relayUrl,
  logger,
}: MigrateOptions): Promise<{ applied: string[] }> {
  const owner = loginOf(migrationUrl, "MIGRATION_DATABASE_URL").role;
  const logins = [
    ...(appUrl === undefined ? [] : [loginOf(appUrl, "DATABASE_URL")]),
    ...(relayUrl === undefined ? [] : [loginOf(relayUrl, "RELAY_DATABASE_URL")]),
  ].filter((login) => login.role !== owner);
  const [app, relay] = [appUrl, relayUrl].map(
    (url) =>
      logins.find((login) => url !== undefined && login.role === loginOf(url, "").role)?.role,
  );
  if (relay !== undefined && relay === app)
    throw new Error(
      "RELAY_DATABASE_URL must name another role than DATABASE_URL: the relay's sees all tenants",
    );
  if (appUrl !== undefined && app === undefined) {
    logger?.warn(
      "DATABASE_URL names the owner of the tables: only for development, the services should own nothing",
      { role: owner },
    );
  }
  const client = new pg.Client({
    connectionString: migrationUrl,
    application_name: "waiter-migrate",
  });
  // A broken connection fails its query; without a listener the event would end the process.
  client.on("error", () => undefined);
  await client.connect();
  try {
    await takeLock(client);
    const created = await ensureRoles(client, logins);
    for (const role of created) logger?.info("role created", { role });
    const applied = await runner({
      dbClient: client,
      dir: migrationsDirectory,
      migrationLoaderStrategies: [{ extensions: [".sql"], loader: loadMigrations }],
      migrationsTable: "pgmigrations",
      direction: "up",
      schema: "public",
      noLock: true,
      log: () => undefined,
    });
    await grant(client, {
      ...(app !== undefined && { app }),
      ...(relay !== undefined && { relay }),
    });
    for (const { name } of applied) logger?.info("migration applied", { migration: name });
    return { applied: applied.map(({ name }) => name) };
  } finally {
    await client.end();
  }
}

/**
 * Asks now and then rather than waiting in Postgres: a statement that waits has a snapshot, for
 * whose end a concurrent index waits.
 */
async function takeLock(client: pg.Client): Promise<void> {
  for (;;) {
    const { rows } = await client.query<{ mine: boolean }>(
      "select pg_try_advisory_lock($1) as mine",
      [lock],
    );
    if (rows[0]?.mine === true) return;
    await sleep(250);
  }
}
