import { mountPage } from "../shared/mount-page.tsx";
import "../code-check/code-check.css";
import { isStaffDevice } from "../code-check/is-staff-device.ts";
import { GuestPage } from "./guest-page.tsx";
import { openTable } from "./open-table.ts";
import { tableTokenOf } from "./table-token.ts";
import { withBuiltIns } from "../platform/built-ins.ts";
import { registerGuestShell } from "../platform/register-worker.ts";

withBuiltIns(() => {
  const tableToken = tableTokenOf(location.pathname);
  void mountPage(<GuestPage table={openTable(tableToken)} />);
  if (isStaffDevice())
    void import("../code-check/show-check.ts").then(({ showCheck }) => showCheck(tableToken));
  registerGuestShell();
});
