import { isStaffDevice } from "../code-check/is-staff-device.ts";
import { refreshSession } from "../shared/refresh-session.ts";
import { isSigningOut } from "../shared/sign-out.ts";
import type { Invited } from "./invitation.ts";

/** The page of the invitation waits no longer. */
const answerMs = 4_000;

/**
 * The name of the person who is signed in on this device and is another one than the invited:
 * joining takes their session away from it. Undefined where no person is, or without an answer.
 */
export async function readSignedIn(invited: Invited): Promise<string | undefined> {
  if (!isStaffDevice() || isSigningOut()) return undefined;
  try {
    const { ok, body } = await refreshSession(answerMs);
    const { staff } = (ok ? body : {}) as { staff?: Pick<Invited, "name" | "role"> };
    const isSame = staff?.name === invited.name && staff.role === invited.role;
    return isSame ? undefined : staff?.name;
  } catch {
    return undefined;
  }
}
