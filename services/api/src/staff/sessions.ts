import * as crypto from "node:crypto";
import { hashSecret } from "@waiter/auth";
import type { StaffMember } from "@waiter/contracts";
import type { TenantTransaction } from "@waiter/database";
import { sql } from "kysely";
import { firstSecret, type NextSecret, type RefreshToken } from "./refresh-token.ts";

/** How long a session lives without a refresh. */
export const sessionLifetimeS = 30 * 24 * 60 * 60;
/** Within this time the token before the current one is a slow twin, not a thief: two tabs, or an answer that was lost. */
export const refreshGraceS = 10;

/** Begins a session of a staff member; the row is the session, its refresh tokens are its family. */
export async function createSession(tx: TenantTransaction, staffId: string): Promise<RefreshToken> {
  const token = { sid: crypto.randomUUIDv7(), secret: firstSecret() };
  await tx
    .insertInto("staff_session")
    .values({
      tenant_id: tx.tenantId,
      id: token.sid,
      staff_id: staffId,
      token_hash: hashSecret(token.secret),
      previous_hash: null,
      expires_at: sql<Date>`now() + make_interval(secs => ${sessionLifetimeS})`,
      revoked_at: null,
    })
    .execute();
  return token;
}

export type Rotation =
  | { readonly outcome: "rotated"; readonly token: RefreshToken; readonly staff: StaffMember }
  /** No such session, or it ended: expired, logged out, its person gone. */
  | { readonly outcome: "refused" }
  /** A token of the past came back: somebody copied it, so the whole family was ended, in this transaction. */
  | { readonly outcome: "reused"; readonly sid: string };

/** Trades a refresh token for the next one. The row lock makes concurrent trades of one token agree. */
export async function rotateSession(tx: TenantTransaction, given: RefreshToken, next: NextSecret): Promise<Rotation> {
  const row = await tx
    .selectFrom("staff_session")
    .innerJoin("staff", (join) => join.onRef("staff.tenant_id", "=", "staff_session.tenant_id").onRef("staff.id", "=", "staff_session.staff_id"))
    .select(["staff.id", "staff.name", "staff.role", "staff.active", "token_hash", "previous_hash", "revoked_at"])
    .select(sql<boolean>`staff_session.expires_at <= now()`.as("expired"))
    .select(sql<boolean>`staff_session.rotated_at > now() - make_interval(secs => ${refreshGraceS})`.as("fresh"))
    .where("staff_session.id", "=", given.sid)
    .forUpdate("staff_session")
    .executeTakeFirst();
  if (row === undefined || row.revoked_at !== null || row.expired || !row.active) return { outcome: "refused" };
  const staff = { id: row.id, name: row.name, role: row.role };
  const token = { sid: given.sid, secret: next(given.secret) };
  const hash = hashSecret(given.secret);
  if (hash === row.token_hash) {
    await rotate(tx, token, hash);
    return { outcome: "rotated", token, staff };
  }
  if (hash === row.previous_hash && row.fresh && hashSecret(token.secret) === row.token_hash) return { outcome: "rotated", token, staff };
  await revokeSession(tx, given.sid);
  return { outcome: "reused", sid: given.sid };
}

async function rotate(tx: TenantTransaction, token: RefreshToken, previousHash: string): Promise<void> {
  await tx
    .updateTable("staff_session")
    .set({
      token_hash: hashSecret(token.secret),
      previous_hash: previousHash,
      rotated_at: sql<Date>`now()`,
      expires_at: sql<Date>`now() + make_interval(secs => ${sessionLifetimeS})`,
    })
    .where("id", "=", token.sid)
    .execute();
}

/** Ends a session; false when it was not there or had ended. */
export async function revokeSession(tx: TenantTransaction, sid: string): Promise<boolean> {
  const result = await tx
    .updateTable("staff_session")
    .set({ revoked_at: sql<Date>`now()` })
    .where("id", "=", sid)
    .where("revoked_at", "is", null)
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

/** Ends every session of a staff member; the ids of those that were alive. */
export async function revokeSessionsOf(tx: TenantTransaction, staffId: string): Promise<string[]> {
  const rows = await tx
    .updateTable("staff_session")
    .set({ revoked_at: sql<Date>`now()` })
    .where("staff_id", "=", staffId)
    .where("revoked_at", "is", null)
    .where("expires_at", ">", sql<Date>`now()`)
    .returning("id")
    .execute();
  return rows.map(({ id }) => id);
}

/** Ends the session that a refresh token belongs to, if it is one of its two latest; false when there was nothing to end. */
export async function revokeByToken(tx: TenantTransaction, { sid, secret }: RefreshToken): Promise<boolean> {
  const hash = hashSecret(secret);
  const known = await tx
    .selectFrom("staff_session")
    .select("id")
    .where("id", "=", sid)
    .where((is) => is.or([is("token_hash", "=", hash), is("previous_hash", "=", hash)]))
    .executeTakeFirst();
  return known !== undefined && revokeSession(tx, sid);
}
