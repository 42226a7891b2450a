import pg from "pg";
import { sqlStateOf } from "./failures.ts";

/**
 * Postgres refuses this URL however often it is tried: wrong password, unknown role or unknown
 * database. The message names the variable and Postgres' reason.
 */
export class LoginRefusedError extends Error {
  constructor(variable: string, cause: unknown) {
    super(`${variable}: ${messageOf(cause)}`, { cause });
    this.name = "LoginRefusedError";
  }
}

const refusals = ["28000", "28P01", "3D000", "42501"];

/**
 * Logs in once and disconnects. Throws {@link LoginRefusedError} when Postgres refuses the URL, and
 * an error that names the variable when Postgres does not answer.
 */
export async function checkLogin(url: string, variable: string): Promise<void> {
  const client = new pg.Client({
    connectionString: url,
    application_name: "waiter-migrate",
    connectionTimeoutMillis: 10_000,
  });
  client.on("error", () => undefined);
  try {
    await client.connect();
    await client.query("select 1");
  } catch (error) {
    if (refusals.includes(sqlStateOf(error) ?? "")) throw new LoginRefusedError(variable, error);
    throw new Error(`${variable}: ${messageOf(error)}`, { cause: error });
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** An AggregateError (every address of a host failed) has its messages inside. */
function messageOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(messageOf).join("; ");
  return error instanceof Error ? error.message : String(error);
}
