import { Kysely, PostgresDialect, sql } from "kysely";
import type pg from "pg";
import { createDirectory, type TenantEntry, type TenantHead } from "./directory.ts";
import { isUnavailable, UnavailableError } from "./failures.ts";
import { createPool, poolCounts, type PoolCounts, type PoolOptions } from "./pool.ts";
import type { Schema } from "./schema.ts";
import { inTenant, type TenantTransaction, type TransactionOptions } from "./tenant-transaction.ts";

/**
 * A service's access to Postgres: one tenant at a time.
 *
 * Outside {@link Database.inTenant} row level security leaves nothing readable but the tenant
 * directory.
 */
export interface Database extends AsyncDisposable {
  readonly db: Kysely<Schema>;
  readonly pool: pg.Pool;
  /** See {@link inTenant}. */
  inTenant<T>(
    tenantId: string,
    fn: (tx: TenantTransaction) => Promise<T>,
    options?: TransactionOptions,
  ): Promise<T>;
  findTenant(slug: string): Promise<TenantEntry | undefined>;
  listTenants(page?: { after?: string | undefined; limit?: number }): Promise<TenantEntry[]>;
  heads(tenantIds: readonly string[]): Promise<TenantHead[]>;
  /** Resolves when the server answers a query; throws {@link UnavailableError} otherwise. */
  ping(): Promise<void>;
  poolCounts(): PoolCounts;
  close(): Promise<void>;
}

/** Connects lazily: an unreachable database fails the first query, not the start. */
export function createDatabase(options: PoolOptions): Database {
  const pool = createPool(options);
  const db = new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) });
  const directory = createDirectory(db);
  let closing: Promise<void> | undefined;
  const close = () => (closing ??= pool.end());
  return {
    db,
    pool,
    inTenant: (tenantId, fn, transaction) => inTenant(pool, tenantId, fn, transaction),
    findTenant: (slug) => translated(directory.findTenant(slug)),
    listTenants: (page) => translated(directory.listTenants(page)),
    heads: (tenantIds) => translated(directory.heads(tenantIds)),
    ping: async () => {
      await translated(sql`select 1`.execute(db));
    },
    poolCounts: () => poolCounts(pool),
    close,
    [Symbol.asyncDispose]: close,
  };
}

/**
 * The relay's and the sweeper's connection: role `waiter_relay`, which sees the outbox and the
 * deadlines of all tenants, and nothing else.
 */
export interface RelayDatabase extends AsyncDisposable {
  readonly db: Kysely<Pick<Schema, "outbox" | "deadline">>;
  readonly pool: pg.Pool;
  poolCounts(): PoolCounts;
  close(): Promise<void>;
}

export function createRelayDatabase(options: PoolOptions): RelayDatabase {
  const pool = createPool(options);
  let closing: Promise<void> | undefined;
  const close = () => (closing ??= pool.end());
  return {
    db: new Kysely({ dialect: new PostgresDialect({ pool }) }),
    pool,
    poolCounts: () => poolCounts(pool),
    close,
    [Symbol.asyncDispose]: close,
  };
}

async function translated<T>(query: Promise<T>): Promise<T> {
  try {
    return await query;
  } catch (error) {
    throw isUnavailable(error) ? new UnavailableError(error) : error;
  }
}
