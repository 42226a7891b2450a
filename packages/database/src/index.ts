export {
  createDatabase,
  createRelayDatabase,
  type Database,
  type RelayDatabase,
} from "./database.ts";
export type { TenantEntry, TenantHead } from "./directory.ts";
export {
  CommitUnknownError,
  constraintOf,
  isUnavailable,
  sqlStateOf,
  UnavailableError,
} from "./failures.ts";
export { migrate, type MigrateOptions } from "./migrate.ts";
export type { PoolCounts, PoolOptions } from "./pool.ts";
export { RoleMissingError } from "./roles.ts";
export type * from "./schema.ts";
export {
  currentSchemaVersion,
  latestSchemaVersion,
  migrationsDirectory,
} from "./schema-version.ts";
export type { TenantTransaction, TransactionOptions } from "./tenant-transaction.ts";
export { bumpEpoch, changeEpochOf } from "./epoch.ts";
export { purgeEvents, type EventRetention } from "./event-retention.ts";
export {
  createStaff,
  findStaff,
  findStaffByEmail,
  listStaff,
  type NewStaff,
  type StaffRecord,
} from "./staff.ts";
export {
  createStaffSession,
  findStaffSession,
  isSessionAlive,
  purgeStaffSessions,
  revokeStaffSession,
  revokeStaffSessions,
  rotateStaffSession,
  type NewStaffSession,
  type Rotation,
  type RotationResult,
} from "./staff-sessions.ts";
export {
  createTables,
  findTableByToken,
  listRequestTypes,
  listTables,
  newTableToken,
  readRestaurant,
  type TableRecord,
} from "./tables.ts";
export {
  createTenant,
  defaultRequestTypes,
  deleteTenant,
  eachTenant,
  SlugTakenError,
  type CreatedTenant,
  type NewTenant,
} from "./tenants.ts";
export { waitForSchema, type WaitForSchemaOptions } from "./wait-for-schema.ts";
