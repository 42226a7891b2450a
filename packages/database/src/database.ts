import { sql, type Kysely } from "kysely";
import { createAutocommit } from "./transactions/autocommit.ts";
import {
  createDirectory,
  type RecentRevocation,
  type TenantEntry,
  type TenantHead,
} from "./directory/directory.ts";
import {
  changedTenants,
  type ChangedSearch,
  type ChangedTenants,
} from "./directory/log-positions.ts";
import { isUnavailable, UnavailableError } from "./failures.ts";
import type { Schema } from "./schema/schema.ts";
import { SessionPool, type PoolCounts, type PoolOptions } from "./sessions/session-pool.ts";
import { StatementNames, type StatementLogger } from "./sessions/statement-names.ts";
import { inTenant, type TransactionWork } from "./transactions/in-tenant.ts";
import {
  defaultLimits,
  type TransactionLimits,
  type TransactionOptions,
} from "./sessions/transaction-limits.ts";

export interface DatabaseOptions extends PoolOptions {
  /** Server-side limits; each has a default. */
  readonly limits?: Partial<TransactionLimits>;
  /** Whether statements are prepared under a name; on by default. */
  readonly namedStatements?: boolean;
  readonly logger?: StatementLogger;
}

/**
 * A service's access to Postgres: one tenant at a time.
 *
 * Outside {@link Database.inTenant} row level security leaves only the tenant directory readable.
 */
export interface Database extends AsyncDisposable {
  readonly db: Kysely<Schema>;
  /** See {@link inTenant}. */
  inTenant<T>(tenantId: string, fn: TransactionWork<T>, options?: TransactionOptions): Promise<T>;
  findTenant(slug: string): Promise<TenantEntry | undefined>;
  listTenants(page?: { after?: string | undefined; limit?: number }): Promise<TenantEntry[]>;
  heads(tenantIds: readonly string[]): Promise<TenantHead[]>;
  /** See {@link changedTenants}. */
  changedTenants(search: ChangedSearch): Promise<ChangedTenants>;
  recentRevocations(): Promise<RecentRevocation[]>;
  /** Resolves when the server answers a query; throws {@link UnavailableError} otherwise. */
  ping(): Promise<void>;
  poolCounts(): PoolCounts;
  close(): Promise<void>;
}

/** Connects lazily: an unreachable database fails the first query, not the start. */
export function createDatabase(options: DatabaseOptions): Database {
  const limits = { ...defaultLimits, ...options.limits };
  const sessions = new SessionPool(options, limits);
  const names = createNames(options);
  const db = createAutocommit<Schema>(sessions, names, limits);
  const directory = createDirectory(db);
  const close = () => sessions.end();
  return {
    db,
    inTenant: (tenantId, fn, transaction) =>
      inTenant({ sessions, names, limits }, tenantId, fn, transaction),
    findTenant: (slug) => translated(directory.findTenant(slug)),
    listTenants: (page) => translated(directory.listTenants(page)),
    heads: (tenantIds) => translated(directory.heads(tenantIds)),
    changedTenants: (search) => translated(changedTenants(db, search)),
    recentRevocations: () => translated(directory.recentRevocations()),
    ping: async () => {
      await translated(sql`select 1`.execute(db));
    },
    poolCounts: () => sessions.counts(),
    close,
    [Symbol.asyncDispose]: close,
  };
}

/**
 * The relay's and the sweeper's connection: role `waiter_relay`, which sees the outbox, the
 * deadlines and the due deliveries of all tenants, and nothing else.
 */
export interface RelayDatabase extends AsyncDisposable {
  readonly db: Kysely<Pick<Schema, "outbox" | "deadline" | "delivery">>;
  poolCounts(): PoolCounts;
  close(): Promise<void>;
}

export function createRelayDatabase(options: DatabaseOptions): RelayDatabase {
  const limits = { ...defaultLimits, ...options.limits };
  const sessions = new SessionPool(options, limits);
  const close = () => sessions.end();
  return {
    db: createAutocommit(sessions, createNames(options), limits),
    poolCounts: () => sessions.counts(),
    close,
    [Symbol.asyncDispose]: close,
  };
}

const createNames = ({ namedStatements = true, logger }: DatabaseOptions): StatementNames =>
  new StatementNames({ enabled: namedStatements, logger });

async function translated<T>(query: Promise<T>): Promise<T> {
  try {
    return await query;
  } catch (error) {
    throw isUnavailable(error) ? new UnavailableError(error) : error;
  }
}
