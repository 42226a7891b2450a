import "../platform/polyfills.ts";
import { mountPage } from "../shared/mount-page.tsx";
import { isStaffDevice } from "../code-check/is-staff-device.ts";
import { GuestPage } from "./guest-page.tsx";
import { openTable } from "./open-table.ts";
import { registerGuestShell } from "../platform/register-worker.ts";

const tableToken = tokenOf(location.pathname);
void mountPage(<GuestPage table={openTable(tableToken)} />);
if (isStaffDevice())
  void import("../code-check/show-check.ts").then(({ showCheck }) => showCheck(tableToken));
registerGuestShell();

/** The code in the address; a damaged one is sent as it is, and refused like any other wrong one. */
function tokenOf(path: string): string {
  const token = /^\/t\/([^/]+)/u.exec(path)?.[1] ?? "";
  try {
    return decodeURIComponent(token);
  } catch {
    return token;
  }
}
