import { eachTenant, purgeStaffSessions, type Database } from "@waiter/database";

/** Deletes staff sessions that ended more than a day ago, tenant by tenant; returns how many. */
export async function purgeSessions(database: Database): Promise<number> {
  let purged = 0;
  for await (const tenantId of eachTenant(database)) purged += await database.inTenant(tenantId, purgeStaffSessions);
  return purged;
}
