export { type Changed, type ChangeContext } from "./change.ts";
export { endDevices, listDevices } from "./staff/devices.ts";
export { endDuty, listDuty, putDuty } from "./duty/duty.ts";
export { dutyAtLongestMs, endOverdueDuty } from "./duty/duty-ends.ts";
export { readHistory } from "./history/history.ts";
export { invite, join, readInvitation } from "./staff/invitations.ts";
export { readMe, updateMe } from "./staff/me.ts";
export { readPassword, savePassword } from "./staff/password.ts";
export { erasePerson } from "./staff/erase-person.ts";
export { encodeLogo } from "./settings/encode-logo.ts";
export { orderVersion, putOrder, type Ordered } from "./orders.ts";
export { createRequestType, retireRequestType, updateRequestType } from "./request-types.ts";
export { muteTable, retireTable } from "./floor/retire-table.ts";
export {
  isOpenAt,
  readConfiguration,
  readOpening,
  refuseClosed,
  type Opening,
} from "./read-configuration.ts";
export { rotateCode } from "./floor/rotate-code.ts";
export { searchRequests } from "./history/search-requests.ts";
export {
  publicSettings,
  putLogo,
  readLogo,
  readSettings,
  updateSettings,
} from "./settings/settings.ts";
export { listManagedStaff } from "./staff/list-managed-staff.ts";
export { createPerson, updatePerson } from "./staff/staff.ts";
export { checkTable } from "./floor/check-table.ts";
export { createTables, updateTable } from "./floor/tables.ts";
export { createZone, deleteZone, listZones, updateZone } from "./floor/zones.ts";
export { setSuspended } from "./set-suspended.ts";
