export { createDatabase, createRelayDatabase, type Database, type RelayDatabase } from "./database.ts";
export type { TenantEntry, TenantHead } from "./directory.ts";
export { CommitUnknownError, constraintOf, isUnavailable, sqlStateOf, UnavailableError } from "./failures.ts";
export { migrate, type MigrateOptions } from "./migrate.ts";
export type { PoolCounts, PoolOptions } from "./pool.ts";
export { RoleMissingError } from "./roles.ts";
export type * from "./schema.ts";
export { currentSchemaVersion, latestSchemaVersion, migrationsDirectory } from "./schema-version.ts";
export type { TenantTransaction, TransactionOptions } from "./tenant-transaction.ts";
