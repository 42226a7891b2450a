import { mkdirSync } from "node:fs";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { endLeftover, isReachable, LocalPostgres } from "@waiter/local-servers";
import { Client, escapeIdentifier, escapeLiteral } from "pg";
import type { Home } from "../home/home.ts";
import type { Databases, StoreProcess } from "./stores.ts";

const roles = { owner: "waiter_owner", app: "waiter_app", relay: "waiter_relay" } as const;

/**
 * The urls that follow from a DATABASE_URL that the caller gave: what is missing gets roles of its
 * own there.
 */
export function givenDatabases(
  env: Record<string, string | undefined>,
  home: Home,
): Databases | undefined {
  const given = env["DATABASE_URL"];
  if (given === undefined) return undefined;
  const { passwords } = home.state;
  const migrationUrl = env["MIGRATION_DATABASE_URL"];
  return {
    migrationUrl: migrationUrl ?? given,
    // A URL alone may belong to an owner or a superuser, which row level security does not bind:
    // the services get their own.
    appUrl: migrationUrl === undefined ? withLogin(given, roles.app, passwords.app) : given,
    relayUrl: env["RELAY_DATABASE_URL"] ?? withLogin(given, roles.relay, passwords.relay),
  };
}

/**
 * Starts the Postgres that npm brought, with its data in the launcher's home, and makes the
 * database `waiter`.
 */
export async function startPostgres(
  home: Home,
): Promise<{ databases: Databases; server: StoreProcess }> {
  const folder = dataFolder(home);
  mkdirSync(folder, { recursive: true, mode: 0o755 });
  await endLeftover(folder, "SIGINT");
  const { passwords } = home.state;
  const server = await LocalPostgres.start({
    folder,
    port: await home.port("postgres"),
    password: passwords.admin,
    durable: true,
    detached: true,
  });
  try {
    await prepare(server.url, passwords.owner);
  } catch (error) {
    await server.stop();
    throw error;
  }
  const database = server.url.replace(/\/postgres$/, "/waiter");
  return {
    server,
    databases: {
      migrationUrl: withLogin(database, roles.owner, passwords.owner),
      appUrl: withLogin(database, roles.app, passwords.app),
      relayUrl: withLogin(database, roles.relay, passwords.relay),
    },
  };
}

/** In the home, unless the user that Postgres runs as cannot get there (root's own folder). */
export function dataFolder(home: Home): string {
  const inside = home.path("postgres");
  if (process.getuid?.() !== 0 || isReachable(home.folder)) return inside;
  return join(
    "/var/tmp",
    `waiter-${createHash("sha256").update(home.folder).digest("hex").slice(0, 12)}`,
  );
}

async function prepare(adminUrl: string, ownerPassword: string): Promise<void> {
  const admin = new Client({ connectionString: adminUrl });
  await admin.connect();
  try {
    const owner = escapeIdentifier(roles.owner);
    const { rowCount: hasRole } = await admin.query("select from pg_roles where rolname = $1", [
      roles.owner,
    ]);
    await admin.query(
      `${hasRole ? "alter" : "create"} role ${owner} login createrole password ${escapeLiteral(ownerPassword)}`,
    );
    const { rowCount: hasDatabase } = await admin.query(
      "select from pg_database where datname = 'waiter'",
    );
    if (!hasDatabase) await admin.query(`create database waiter owner ${owner}`);
  } finally {
    await admin.end();
  }
}

function withLogin(url: string, role: string, password: string): string {
  const result = new URL(url);
  result.username = role;
  result.password = password;
  return result.href;
}
