import type { DatabaseOptions } from "./database.ts";

/** The variables of `@waiter/config` that shape a pool. Times in ms. */
export interface DatabaseSettings {
  readonly DB_POOL_MAX: number;
  readonly DB_TENANT_SHARE: number;
  readonly DB_LOCK_TIMEOUT: number;
  readonly DB_STATEMENT_TIMEOUT: number;
  readonly DB_IDLE_TRANSACTION_TIMEOUT: number;
  readonly DB_TRANSACTION_TIMEOUT: number;
  readonly DB_NAMED_STATEMENTS: boolean;
}

/** The client waits longer than the server works, so that the server's answer arrives. */
const clientGraceMs = 1_000;

/** The limits of a service's pools, from its configuration. */
export const databaseSettings = (
  config: DatabaseSettings,
): Omit<DatabaseOptions, "url" | "name" | "logger"> => ({
  max: config.DB_POOL_MAX,
  tenantSharePercent: config.DB_TENANT_SHARE,
  queryTimeoutMs: config.DB_STATEMENT_TIMEOUT + clientGraceMs,
  namedStatements: config.DB_NAMED_STATEMENTS,
  limits: {
    lockMs: config.DB_LOCK_TIMEOUT,
    statementMs: config.DB_STATEMENT_TIMEOUT,
    idleMs: config.DB_IDLE_TRANSACTION_TIMEOUT,
    transactionMs: config.DB_TRANSACTION_TIMEOUT,
  },
});
