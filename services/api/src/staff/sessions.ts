import * as crypto from "node:crypto";
import { hashSecret } from "@waiter/auth";
import type { StaffMember } from "@waiter/contracts";
import { createStaffSession, findStaffSession, revokeStaffSession, rotateStaffSession, type TenantTransaction } from "@waiter/database";
import { firstSecret, type NextSecret, type RefreshToken } from "./refresh-token.ts";

/** How long a session lives without a refresh. */
export const sessionLifetimeS = 30 * 24 * 60 * 60;
/** Within this time the token before the current one is a slow twin, not a thief: two tabs, or an answer that was lost. */
const graceS = 10;

/** Begins a session of a staff member; the row is the session, its refresh tokens are its family. */
export async function createSession(tx: TenantTransaction, staffId: string): Promise<RefreshToken> {
  const token = { sid: crypto.randomUUIDv7(), secret: firstSecret() };
  await createStaffSession(tx, { id: token.sid, staffId, tokenHash: hashSecret(token.secret), lifetimeS: sessionLifetimeS });
  return token;
}

export type Rotated =
  | { readonly outcome: "rotated"; readonly token: RefreshToken; readonly staff: StaffMember }
  /** No such session, or it had ended. */
  | { readonly outcome: "refused" }
  /** A token of the past came back: somebody copied it, so the whole family was ended, in this transaction. */
  | { readonly outcome: "reused"; readonly sid: string };

/** Trades a refresh token for the next one of its session. */
export async function rotateSession(tx: TenantTransaction, { sid, secret }: RefreshToken, next: NextSecret): Promise<Rotated> {
  const token = { sid, secret: next(secret) };
  const rotation = await rotateStaffSession(tx, {
    presentedHash: hashSecret(secret),
    nextHash: hashSecret(token.secret),
    lifetimeS: sessionLifetimeS,
    graceS,
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
export async function endSession(tx: TenantTransaction, { secret }: RefreshToken): Promise<string | undefined> {
  const session = await findStaffSession(tx, hashSecret(secret));
  return session !== undefined && (await revokeStaffSession(tx, session.id)) ? session.id : undefined;
}
