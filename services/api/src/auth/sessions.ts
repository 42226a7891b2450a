import * as crypto from "node:crypto";
import { hashSecret } from "@waiter/auth";
import type { StaffMember } from "@waiter/contracts";
import {
  createStaffSession,
  findStaffSession,
  revokeStaffSession,
  rotateStaffSession,
  type TenantTransaction,
} from "@waiter/database";
import { firstSecret, type NextSecret, type RefreshToken } from "./refresh-token.ts";

/** How long a session lives without a refresh. */
export const sessionLifetimeS = 30 * 24 * 60 * 60;
/**
 * For so long after an exchange the token before the current one is a slow twin, not a thief: two tabs, or an answer that
 * was lost. The SDK gives up an answer after 10 s and then tries several times within this, so a board whose network fails
 * at the wrong moment stays logged in.
 *
 * The price, in a rotation that is there to detect reuse (RFC 9700, section 4.14.2): whoever stole that token is, within
 * this time, given the current one instead of ending the session by it, as if he had stolen the current one. From then on
 * he stays unnoticed only while each of his exchanges falls within this time of the owner's: the first that does not ends
 * the session. Asking again does not prolong the time.
 */
export const refreshGraceS = 120;

/** Begins a session of a staff member; the row is the session, its refresh tokens are its family. */
export async function createSession(tx: TenantTransaction, staffId: string): Promise<RefreshToken> {
  const token = { sid: crypto.randomUUIDv7(), secret: firstSecret() };
  await createStaffSession(tx, {
    id: token.sid,
    staffId,
    tokenHash: hashSecret(token.secret),
    lifetimeS: sessionLifetimeS,
  });
  return token;
}

export type Rotated =
  | { readonly outcome: "rotated"; readonly token: RefreshToken; readonly staff: StaffMember }
  /** No such session, or it had ended. */
  | { readonly outcome: "refused" }
  /** A token of the past came back: somebody copied it, so the whole family was ended, in this transaction. */
  | { readonly outcome: "reused"; readonly sid: string };

/** Trades a refresh token for the next one of its session. */
export async function rotateSession(
  tx: TenantTransaction,
  { sid, secret }: RefreshToken,
  next: NextSecret,
): Promise<Rotated> {
  const token = { sid, secret: next(secret) };
  const rotation = await rotateStaffSession(tx, {
    presentedHash: hashSecret(secret),
    nextHash: hashSecret(token.secret),
    lifetimeS: sessionLifetimeS,
    graceS: refreshGraceS,
  });
  if (rotation.status === "rotated") {
    const { id, name, role } = rotation.staff;
    return { outcome: "rotated", token, staff: { id, name, role } };
  }
  // A token older than the two that are stored still names its session.
  const revoked = rotation.status === "reused" || (await revokeStaffSession(tx, sid));
  return revoked ? { outcome: "reused", sid } : { outcome: "refused" };
}

/** Ends the session that a refresh token belongs to, if it is one of its two latest; the session's id when it was alive. */
export async function endSession(
  tx: TenantTransaction,
  { secret }: RefreshToken,
): Promise<string | undefined> {
  const session = await findStaffSession(tx, hashSecret(secret));
  return session !== undefined && (await revokeStaffSession(tx, session.id))
    ? session.id
    : undefined;
}
