import "../platform/polyfills.ts";
import { mountPage } from "../shared/mount-page.tsx";
import { GuestPage } from "./guest-page.tsx";
import { openTable } from "./open-table.ts";
import { registerGuestShell } from "../platform/register-worker.ts";

void mountPage(<GuestPage table={openTable(tokenOf(location.pathname))} />);
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
