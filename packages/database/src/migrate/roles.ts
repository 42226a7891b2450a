import pg from "pg";
import { sqlStateOf } from "../failures.ts";

/** The login that a connection URL names. */
export interface Login {
  readonly role: string;
  readonly password: string;
  /** The environment variable of the URL, for error messages. */
  readonly variable: string;
}

export function loginOf(url: string, variable: string): Login {
  const { username, password } = new URL(url);
  if (username === "")
    throw new Error(`${variable} must name a role: postgres://role:password@host/database`);
  return { role: decodeURIComponent(username), password: decodeURIComponent(password), variable };
}

/** The migration's role may not create roles: a superuser must run `statements` first. */
export class RoleMissingError extends Error {
  readonly statements: readonly string[];
  constructor(statements: readonly string[]) {
    super(
      `the owner role may not create roles; run this as a superuser, then migrate again:\n${statements.join("\n")}`,
    );
    this.name = "RoleMissingError";
    this.statements = statements;
  }
}

const attributes = "login nosuperuser nobypassrls nocreatedb nocreaterole noreplication";

/**
 * Creates missing roles and leaves existing ones unchanged. Refuses a role that bypasses row level
 * security. Throws {@link RoleMissingError} with the SQL to run, without passwords, when it may not
 * create a role.
 */
export async function ensureRoles(
  client: pg.ClientBase,
  logins: readonly Login[],
): Promise<string[]> {
  const created: string[] = [];
  const missing: string[] = [];
  for (const { role, password, variable } of logins) {
    const { rows } = await client.query<{ unbound: boolean }>(
      "select rolsuper or rolbypassrls as unbound from pg_roles where rolname = $1",
      [role],
    );
    if (rows[0]?.unbound === true) {
      throw new Error(
        `role ${role} (${variable}) is a superuser or bypasses row level security: use another role for the services`,
      );
    }
    if (rows[0] !== undefined) continue;
    const create = `create role ${pg.escapeIdentifier(role)} ${attributes} password`;
    try {
      await client.query(`${create} ${pg.escapeLiteral(password)}`);
      created.push(role);
    } catch (error) {
      const state = sqlStateOf(error);
      if (state === "42501") missing.push(`${create} '<the password in ${variable}>';`);
      // A migration of another database on this server created the role concurrently.
      else if (state !== "42710" && state !== "23505") throw error;
    }
  }
  if (missing.length > 0) throw new RoleMissingError(missing);
  return created;
}
