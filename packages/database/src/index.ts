export {
  createDatabase,
  createRelayDatabase,
  type Database,
  type RelayDatabase,
} from "./database.ts";
export { databaseSettings } from "./database-settings.ts";
export type { TenantEntry, TenantHead } from "./directory/directory.ts";
export { checkLogin, LoginRefusedError } from "./check-login.ts";
export { bumpEpoch, changeEpochOf, type EpochCondition } from "./events/epoch.ts";
export {
  prepareStatement,
  type Param,
  type PreparedStatement,
} from "./transactions/prepare-statement.ts";
export { purgeEvents } from "./retention/event-retention.ts";
export { purgeRetired } from "./retention/purge-retired.ts";
export {
  CommitUnknownError,
  constraintOf,
  isOutage,
  sqlStateOf,
  UnavailableError,
} from "./failures.ts";
export { deletePublished, type PublishedRow } from "./events/published-rows.ts";
export { migrate } from "./migrate/migrate.ts";
export { rebaseEventLog } from "./directory/log-positions.ts";
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
} from "./events/event-consumers.ts";
export { RoleMissingError } from "./migrate/roles.ts";
export {
  afterPerson,
  createStaff,
  findStaff,
  findStaffByEmail,
  listStaff,
  type StaffPage,
} from "./staff/staff.ts";
export { eraseStaff, exportStaff } from "./staff/staff-privacy.ts";
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
} from "./staff/staff-sessions.ts";
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
} from "./tenants/tables.ts";
export type {
  DeadlineKind,
  InvitationTable,
  SecondChannelRow,
  TenantTable,
  Undo,
} from "./schema/schema.ts";
export { deletedTenants, deleteTenant, deleteTenantPage } from "./tenants/tenant-deletion.ts";
export { interval } from "./interval.ts";
export { exportTenant } from "./tenants/tenant-export.ts";
export { setRequestRetention } from "./retention/tenant-retention.ts";
export type { TenantTransaction } from "./transactions/tenant-transaction.ts";
export { SlugReservedError, SlugTakenError } from "./tenants/slugs.ts";
export { createTenant, type CreatedTenant, type NewTenant } from "./tenants/tenants.ts";
export {
  tenantsWithClosedRequests,
  tenantsWithDuty,
  tenantsWithOldDeliveries,
  tenantsWithOldRequests,
} from "./retention/tenant-pages.ts";
export { tenantsToPurge, type TenantsToPurge } from "./retention/tenants-to-purge.ts";
export { waitForSchema } from "./migrate/wait-for-schema.ts";
export {
  acquireLease,
  finishLease,
  LeaseLostError,
  renewLease,
  type WorkerLease,
} from "./worker-lease.ts";
/** @testonly */
export type { TableRecord } from "./tenants/tables.ts";
/** @testonly */
export { tenantTables } from "./tenants/tenant-deletion.ts";
