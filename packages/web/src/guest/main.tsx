import "../platform/polyfills.ts";
import { mountPage } from "../shared/mount-page.tsx";
import { GuestPage } from "./guest-page.tsx";
import { openGuestClient } from "./use-guest-client.ts";
import { registerGuestShell } from "../platform/register-worker.ts";

const tableToken = tokenOf(location.pathname);
// The session is asked for before anything is drawn.
const client = openGuestClient(tableToken);
client.connect();
void mountPage(<GuestPage client={client} tableToken={tableToken} />);
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
