import { isStaffDevice } from "../code-check/is-staff-device.ts";
import { loadAgain } from "../platform/load-again.ts";
import { refreshSession } from "../shared/refresh-session.ts";
import { isSigningOut } from "../shared/sign-out.ts";
import type { Invited } from "./invitation.ts";

/** The api's answer is given up after this time, as the SDK does. */
const answerMs = 10_000;

/**
 * Reads the name of the person who is signed in on this device and is another one than the invited:
 * joining takes their session away from it. Undefined where no person is.
 *
 * Asks until the api has answered: it may have replaced the refresh token of an answer that was
 * lost, and counts the one before as stolen 2 minutes later.
 *
 * @returns a function that ends it; what is answered afterwards changes no cookie
 */
export function readSignedIn(
  invited: Invited,
  onRead: (name: string | undefined) => void,
): () => void {
  if (!isStaffDevice() || isSigningOut()) {
    onRead(undefined);
    return () => undefined;
  }
  const ending = new AbortController();
  const stop = loadAgain(() => readOther(invited, ending.signal), onRead);
  return () => {
    stop();
    ending.abort();
  };
}

async function readOther(invited: Invited, ending: AbortSignal): Promise<string | undefined> {
  const { ok, status, body } = await refreshSession(answerMs, ending);
  if (status === 429 || status >= 500) throw new Error(`the refresh was answered ${status}`);
  const { staff } = (ok ? body : {}) as { staff?: Pick<Invited, "name" | "role"> };
  const isSame = staff?.name === invited.name && staff.role === invited.role;
  return isSame ? undefined : staff?.name;
}
