import { setTimeout as sleep } from "node:timers/promises";
import { withSpan } from "@waiter/telemetry";
import { Kysely, PostgresDialect } from "kysely";
import type pg from "pg";
import {
  CommitUnknownError,
  isRetryable,
  isUnavailable,
  sqlStateOf,
  UnavailableError,
} from "./failures.ts";
import type { Schema } from "./schema.ts";

/** An open transaction that sees exactly one tenant's rows. */
export type TenantTransaction = Kysely<Schema> & { readonly tenantId: string };

export interface TransactionOptions {
  readonly readOnly?: boolean;
  /** One snapshot for every statement; the default is read committed. */
  readonly isolation?: "repeatable read";
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const retries = 3;

/**
 * Runs `fn` in one transaction of one tenant and commits it; resolves only after COMMIT.
 *
 * `fn` may run up to four times (serialization failures and deadlocks are retried): it must do
 * nothing but database work. Throws {@link UnavailableError} when the database cannot be reached or
 * does not answer, {@link CommitUnknownError} when the connection broke during COMMIT, else what
 * `fn` threw, after ROLLBACK. Part of a trace, it is one span of it, retries included.
 */
export async function inTenant<T>(
  pool: pg.Pool,
  tenantId: string,
  fn: (tx: TenantTransaction) => Promise<T>,
  options: TransactionOptions = {},
): Promise<T> {
  const begin = beginStatement(tenantId, options);
  const attributes = {
    "db.system.name": "postgresql",
    "waiter.read_only": options.readOnly ?? false,
  };
  return await withSpan("db transaction", { kind: "client", insideOnly: true, attributes }, () =>
    runUntilDone(pool, tenantId, begin, fn),
  );
}

async function runUntilDone<T>(
  pool: pg.Pool,
  tenantId: string,
  begin: string,
  fn: (tx: TenantTransaction) => Promise<T>,
): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await runOnce(pool, tenantId, begin, fn);
    } catch (error) {
      if (attempt < retries && isRetryable(error))
        await sleep(2 ** attempt * 10 * (0.5 + Math.random()));
      else if (isUnavailable(error)) throw new UnavailableError(error);
      else throw error;
    }
  }
}

/**
 * BEGIN and the tenant in one simple query: one round trip. SET takes no parameters, hence the
 * check of the id. SET LOCAL ends with the transaction, so a pooled connection (ours or
 * PgBouncer's) never carries a tenant over.
 */
function beginStatement(tenantId: string, { isolation, readOnly }: TransactionOptions): string {
  if (!uuid.test(tenantId)) throw new TypeError("a tenant id must be a UUID");
  return `BEGIN${isolation ? ` ISOLATION LEVEL ${isolation.toUpperCase()}` : ""}${readOnly ? " READ ONLY" : ""}; SET LOCAL waiter.tenant_id = '${tenantId}'`;
}

async function runOnce<T>(
  pool: pg.Pool,
  tenantId: string,
  begin: string,
  fn: (tx: TenantTransaction) => Promise<T>,
): Promise<T> {
  const client = await pool.connect();
  let broken = true;
  try {
    await client.query(begin);
    let result: T;
    try {
      result = await fn(bind(client, tenantId));
    } catch (error) {
      // A connection that no longer answers would make ROLLBACK wait for nothing: it is closed
      // instead.
      if (!isUnavailable(error) || sqlStateOf(error) !== undefined)
        broken = !(await rolledBack(client));
      throw error;
    }
    broken = !(await commit(client));
    return result;
  } finally {
    client.release(broken);
  }
}

const rolledBack = async (client: pg.PoolClient): Promise<boolean> => {
  try {
    await client.query("ROLLBACK");
    return true;
  } catch {
    return false;
  }
};

async function commit(client: pg.PoolClient): Promise<true> {
  let command: string;
  try {
    ({ command } = await client.query("COMMIT"));
  } catch (error) {
    if (sqlStateOf(error) === undefined || isUnavailable(error))
      throw new CommitUnknownError(error);
    throw error;
  }
  // Postgres answers COMMIT of a failed transaction with ROLLBACK, and no error: somebody swallowed
  // one.
  if (command !== "COMMIT")
    throw new Error("the transaction was rolled back: a failed statement was ignored");
  return true;
}

/** Kysely over the connection of this transaction, and no other. */
function bind(client: pg.PoolClient, tenantId: string): TenantTransaction {
  const connection = {
    query: client.query.bind(client),
    release: () => undefined,
  } as unknown as pg.PoolClient;
  const pool = {
    connect: () => Promise.resolve(connection),
    end: () => Promise.resolve(),
    options: {},
  };
  return Object.assign(new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) }), {
    tenantId,
  });
}
