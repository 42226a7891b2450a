export {
  createDatabase,
  createRelayDatabase,
  type Database,
  type RelayDatabase,
} from "./database.ts";
export { databaseSettings } from "./database-settings.ts";
export type { TenantEntry, TenantHead } from "./directory.ts";
export { checkLogin, LoginRefusedError } from "./check-login.ts";
export { bumpEpoch, changeEpochOf, type EpochCondition } from "./epoch.ts";
export { prepareStatement, type Param, type PreparedStatement } from "./prepare-statement.ts";
export { purgeEvents } from "./event-retention.ts";
export { purgeRetired } from "./purge-retired.ts";
export {
  CommitUnknownError,
  constraintOf,
  isOutage,
  sqlStateOf,
  UnavailableError,
} from "./failures.ts";
export { deletePublished, type PublishedRow } from "./published-rows.ts";
export { migrate } from "./migrate.ts";
export { rebaseEventLog } from "./log-positions.ts";
export {
  claimConsumer,
  commitConsumer,
  forgetConsumer,
  listConsumers,
  loseConsumers,
  readLog,
  resetConsumer,
  type ConsumerClaim,
  type LoggedEvent,
} from "./event-consumers.ts";
export { RoleMissingError } from "./roles.ts";
export { createStaff, findStaff, findStaffByEmail, listStaff } from "./staff.ts";
export { eraseStaff, exportStaff } from "./staff-privacy.ts";
export {
  createStaffSession,
  endOldestSessions,
  findStaffSession,
  isStaffSessionAlive,
  purgeStaffSessions,
  readTokenStates,
  revokeStaffSession,
  revokeStaffSessions,
  rotateStaffSession,
} from "./staff-sessions.ts";
export {
  createTables,
  findTableByToken,
  listRequestTypes,
  listTables,
  newTableToken,
  readHead,
  readRestaurant,
  requestTypeColumns,
  toRequestType,
  type ListedRequestType,
  type ListedTable,
} from "./tables.ts";
export type {
  DeadlineKind,
  InvitationTable,
  SecondChannelRow,
  TenantTable,
  Undo,
} from "./schema.ts";
export { deletedTenants, deleteTenant, deleteTenantPage } from "./tenant-deletion.ts";
export { interval } from "./interval.ts";
export { exportTenant } from "./tenant-export.ts";
export { setRequestRetention } from "./tenant-retention.ts";
export type { TenantTransaction } from "./tenant-transaction.ts";
export { SlugReservedError, SlugTakenError } from "./slugs.ts";
export { createTenant, type CreatedTenant, type NewTenant } from "./tenants.ts";
export {
  tenantsWithClosedRequests,
  tenantsWithDuty,
  tenantsWithOldDeliveries,
  tenantsWithOldRequests,
} from "./tenant-pages.ts";
export { tenantsToPurge, type TenantsToPurge } from "./tenants-to-purge.ts";
export { waitForSchema } from "./wait-for-schema.ts";
export {
  acquireLease,
  finishLease,
  LeaseLostError,
  renewLease,
  type WorkerLease,
} from "./worker-lease.ts";
/** @testonly */
export type { TableRecord } from "./tables.ts";
/** @testonly */
export { tenantTables } from "./tenant-deletion.ts";
