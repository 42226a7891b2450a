export { type Changed, type ChangeContext } from "./change.ts";
export { endDevices, listDevices } from "./devices.ts";
export { endDuty, listDuty, putDuty } from "./duty.ts";
export { dutyAtLongestMs, endOverdueDuty } from "./duty-ends.ts";
export { readHistory } from "./history.ts";
export { invite, join, readInvitation } from "./invitations.ts";
export { readMe, updateMe } from "./me.ts";
export { readPassword, savePassword } from "./password.ts";
export { erasePerson } from "./erase-person.ts";
export { encodeLogo } from "./encode-logo.ts";
export { orderVersion, putOrder, type Ordered } from "./orders.ts";
export { createRequestType, retireRequestType, updateRequestType } from "./request-types.ts";
export { muteTable, retireTable } from "./retire-table.ts";
export {
  isOpenAt,
  readConfiguration,
  readOpening,
  refuseClosed,
  type Opening,
} from "./read-configuration.ts";
export { rotateCode } from "./rotate-code.ts";
export { searchRequests } from "./search-requests.ts";
export { publicSettings, putLogo, readLogo, readSettings, updateSettings } from "./settings.ts";
export { createPerson, listManagedStaff, updatePerson } from "./staff.ts";
export { checkTable } from "./check-table.ts";
export { createTables, updateTable } from "./tables.ts";
export { createZone, deleteZone, listZones, updateZone } from "./zones.ts";
export { setSuspended } from "./set-suspended.ts";
