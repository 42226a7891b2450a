import { setTimeout as sleep } from "node:timers/promises";
import { sqlStateOf } from "../failures.ts";
import pg from "pg";
import { grant } from "./grants.ts";
import { createMigrationLoader } from "./load-migrations.ts";
import { installRelayFunctions } from "./relay-functions.ts";
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
  /** Longest wait for a lock, ms: what waits behind a migration waits no longer. */
  readonly lockTimeoutMs?: number;
  /** Tries when a lock is not free in time. */
  readonly attempts?: number;
  /** Where the migrations are; this release's unless a test says otherwise. */
  readonly directory?: string;
  readonly logger?: {
    info(message: string, fields?: object): void;
    warn(message: string, fields?: object): void;
  };
}

/** Advisory lock of Waiter's migrations: two runs on one database wait for each other. */
const lock = 0x57_41_49_54;
const lockPollMs = 250;
/** One message in 10 s of waiting. */
const triesPerMessage = 40;

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
  lockTimeoutMs = 1_000,
  attempts = 30,
  directory = migrationsDirectory,
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
    await takeLock(client, logger);
    const created = await ensureRoles(client, logins);
    for (const role of created) logger?.info("role created", { role });
    const onRetry = (attempt: number, err: unknown): void =>
      logger?.warn("migration waits for a lock", { attempt, attempts, err });
    const applied: string[] = [];
    await retryLocks({ attempts, onRetry }, async () => {
      // A failed try may have left the setting of a migration outside a transaction.
      await client.query(`set lock_timeout = ${lockTimeoutMs}`);
      // The runner starts a migration once the one before is committed.
      let end = (): void => undefined;
      await runMigrations(client, directory, lockTimeoutMs, (name) => {
        end();
        logger?.info("migration begins", { migration: name });
        const begun = performance.now();
        end = () => {
          const durationMs = Math.round(performance.now() - begun);
          logger?.info("migration applied", { migration: name, durationMs });
          applied.push(name);
        };
      });
      end();
    });
    await retryLocks({ attempts, onRetry }, () =>
      grant(client, { ...(app !== undefined && { app }), ...(relay !== undefined && { relay }) }),
    );
    if (relay !== undefined && relayUrl !== undefined)
      await installRelayFunctions(client, { relay, relayUrl, app });
    else logger?.warn("the relay has no role of its own: published events stay in the outbox");
    return { applied };
  } finally {
    await client.end();
  }
}

async function runMigrations(
  client: pg.Client,
  directory: string,
  lockTimeoutMs: number,
  onBegin: (name: string) => void,
): Promise<void> {
  // Imported here alone: a service that migrates nothing would keep its sources in memory.
  const { runner } = await import("node-pg-migrate");
  await runner({
    dbClient: client,
    dir: directory,
    migrationLoaderStrategies: [
      { extensions: [".sql"], loader: createMigrationLoader(lockTimeoutMs, onBegin) },
    ],
    migrationsTable: "pgmigrations",
    direction: "up",
    schema: "public",
    noLock: true,
    log: () => undefined,
  });
}

interface LockRetries {
  readonly attempts: number;
  readonly onRetry: (attempt: number, error: unknown) => void;
}

/**
 * Runs `fn` again when a lock was not free in time or a deadlock ended it. A statement that waits
 * for a table's lock blocks every statement behind it, so it gives up early and leaves a pause.
 */
async function retryLocks(
  { attempts, onRetry }: LockRetries,
  fn: () => Promise<unknown>,
): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await fn();
      return;
    } catch (error) {
      const state = lockStateOf(error);
      if (attempt >= attempts || (state !== "55P03" && state !== "40P01")) throw error;
      onRetry(attempt, error);
      await sleep(Math.min(attempt, 10) * 200);
    }
  }
}

/** node-pg-migrate may wrap the error of a statement. */
const lockStateOf = (error: unknown): string | undefined =>
  sqlStateOf(error) ?? (error instanceof Error ? sqlStateOf(error.cause) : undefined);

/**
 * Polls instead of waiting in Postgres: a waiting statement holds a snapshot, and a concurrent
 * index waits for the end of every snapshot.
 */
async function takeLock(client: pg.Client, logger: MigrateOptions["logger"]): Promise<void> {
  for (let attempt = 0; ; attempt += 1) {
    const { rows } = await client.query<{ mine: boolean }>(
      "select pg_try_advisory_lock($1) as mine",
      [lock],
    );
    if (rows[0]?.mine === true) return;
    if (attempt % triesPerMessage === 0)
      logger?.info("another migration of this database runs: waiting for its end");
    await sleep(lockPollMs);
  }
}
