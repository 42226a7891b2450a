import { sql } from "kysely";
import { findStaff, type StaffRecord } from "./staff.ts";
import type { TenantTransaction } from "../transactions/tenant-transaction.ts";

/** Stores hashes of refresh tokens, never the tokens. */
export interface NewStaffSession {
  /** The session id that access tokens carry as `sid`. */
  readonly id: string;
  readonly staffId: string;
  readonly tokenHash: string;
  readonly lifetimeS: number;
  /** What its person calls the device, else what its browser says it is. */
  readonly deviceName?: string | null;
  /** The invitation that signed it in. */
  readonly invitationId?: string;
}

/**
 * Begins a session of an active person; false for any other. Waits for a deactivation that is under
 * way; a later one finds the session and ends it.
 */
export async function createStaffSession(
  tx: TenantTransaction,
  { id, staffId, tokenHash, lifetimeS, deviceName, invitationId }: NewStaffSession,
): Promise<boolean> {
  const { numAffectedRows } = await sql`
    insert into staff_session
      (tenant_id, id, staff_id, token_hash, device_name, invitation_id, expires_at)
    select tenant_id, ${id}::uuid, id, ${tokenHash}, ${deviceName ?? null}::text,
      ${invitationId ?? null}::uuid, now() + make_interval(secs => ${lifetimeS})
    from staff where tenant_id = ${tx.tenantId} and id = ${staffId} and active
    for share`.execute(tx);
  return numAffectedRows === 1n;
}

export interface Rotation {
  readonly presentedHash: string;
  /**
   * The next token, then those that a process with another signing key makes of the presented one.
   */
  readonly nextHashes: readonly string[];
  readonly lifetimeS: number;
  /** The session's absolute end, s from its beginning. */
  readonly maxLifetimeS: number;
  /** Grace period after a rotation: the previous token still works (two tabs, a lost response). */
  readonly graceS: number;
  /** For a session without a name. */
  readonly deviceName?: string | null;
}

/**
 * - `rotated`: a token of `nextHashes` replaced the presented one. Repeating it within the grace
 *   period gives the same token and does not extend that period.
 * - `reused`: the presented token was replaced before the grace period; this counts as theft, and
 *   the session is now revoked.
 * - `unknown`: no valid session of an active staff member has this token.
 */
export type RotationResult =
  | {
      readonly status: "rotated";
      readonly sid: string;
      readonly tokenHash: string;
      readonly staff: StaffRecord;
    }
  | { readonly status: "reused"; readonly sid: string; readonly staffId: string }
  | { readonly status: "unknown" };

/** Exchanges a refresh token once. Concurrent exchanges wait for each other. */
export async function rotateStaffSession(
  tx: TenantTransaction,
  { presentedHash, nextHashes, lifetimeS, maxLifetimeS, graceS, deviceName = null }: Rotation,
): Promise<RotationResult> {
  const [nextHash] = nextHashes;
  if (nextHash === undefined) throw new Error("no next token");
  const session = await tx
    .selectFrom("staff_session")
    .select(["id", "staff_id", "token_hash"])
    .select(sql<boolean>`rotated_at > now() - make_interval(secs => ${graceS})`.as("fresh"))
    .where("tenant_id", "=", tx.tenantId)
    .where((eb) =>
      eb.or([eb("token_hash", "=", presentedHash), eb("previous_hash", "=", presentedHash)]),
    )
    .where("revoked_at", "is", null)
    .where("expires_at", ">", sql<Date>`now()`)
    .forNoKeyUpdate()
    .executeTakeFirst();
  if (session === undefined) return { status: "unknown" };
  const isCurrent = session.token_hash === presentedHash;
  if (!isCurrent && !session.fresh) {
    await revokeStaffSession(tx, session.id);
    return { status: "reused", sid: session.id, staffId: session.staff_id };
  }
  const staff = await findStaff(tx, session.staff_id);
  if (staff?.active !== true) return { status: "unknown" };
  // The other tab holds it: another one would end the session at that tab's next refresh.
  const isGiven = !isCurrent && nextHashes.includes(session.token_hash);
  const tokenHash = isGiven ? session.token_hash : nextHash;
  await tx
    .updateTable("staff_session")
    .set({
      token_hash: tokenHash,
      previous_hash: presentedHash,
      device_name: sql<string | null>`coalesce(device_name, ${deviceName})`,
      ...(isCurrent && { rotated_at: sql<Date>`now()` }),
      expires_at: sql<Date>`least(
        now() + make_interval(secs => ${lifetimeS}),
        created_at + make_interval(secs => ${maxLifetimeS}))`,
    })
    .where("tenant_id", "=", tx.tenantId)
    .where("id", "=", session.id)
    .execute();
  return { status: "rotated", sid: session.id, tokenHash, staff };
}

/** Finds the session of a current or previous refresh token, for logout by cookie. */
export const findStaffSession = (
  tx: TenantTransaction,
  tokenHash: string,
): Promise<{ id: string; staffId: string } | undefined> =>
  tx
    .selectFrom("staff_session")
    .select(["id", "staff_id as staffId"])
    .where("tenant_id", "=", tx.tenantId)
    .where((eb) => eb.or([eb("token_hash", "=", tokenHash), eb("previous_hash", "=", tokenHash)]))
    .executeTakeFirst();

/** Whether there is a session of this id that was not revoked. */
export async function isStaffSessionAlive(tx: TenantTransaction, sid: string): Promise<boolean> {
  const row = await tx
    .selectFrom("staff_session")
    .select("id")
    .where("tenant_id", "=", tx.tenantId)
    .where("id", "=", sid)
    .where("revoked_at", "is", null)
    .executeTakeFirst();
  return row !== undefined;
}

/**
 * Revokes a session; false when it was revoked before. The caller mirrors the revocation in Redis
 * and announces it.
 */
export async function revokeStaffSession(tx: TenantTransaction, sid: string): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable("staff_session")
    .set({ revoked_at: sql<Date>`now()` })
    .where("tenant_id", "=", tx.tenantId)
    .where("id", "=", sid)
    .where("revoked_at", "is", null)
    .executeTakeFirstOrThrow();
  return numUpdatedRows > 0n;
}

/** Revokes every session of a staff member; returns the ids that were not revoked before. */
export async function revokeStaffSessions(
  tx: TenantTransaction,
  staffId: string,
): Promise<string[]> {
  const rows = await tx
    .updateTable("staff_session")
    .set({ revoked_at: sql<Date>`now()` })
    .where("tenant_id", "=", tx.tenantId)
    .where("staff_id", "=", staffId)
    .where("revoked_at", "is", null)
    .returning("id")
    .execute();
  return rows.map((row) => row.id);
}

const aDayAgo = sql<Date>`now() - interval '1 day'`;

/**
 * Deletes up to `atMost` sessions that were signed out or had expired more than a day ago; returns
 * how many.
 */
export async function purgeStaffSessions(
  tx: TenantTransaction,
  { atMost }: { readonly atMost: number },
): Promise<number> {
  const ended = tx
    .selectFrom("staff_session")
    .select("id")
    .where("tenant_id", "=", tx.tenantId)
    .where((eb) => eb.or([eb("expires_at", "<", aDayAgo), eb("revoked_at", "<", aDayAgo)]))
    .limit(atMost);
  const { numDeletedRows } = await tx
    .deleteFrom("staff_session")
    .where("tenant_id", "=", tx.tenantId)
    .where("id", "in", ended)
    .executeTakeFirstOrThrow();
  return Number(numDeletedRows);
}

/**
 * Whether refresh tokens are a living session's current or previous one, by hash; others are left
 * out.
 */
export async function readTokenStates(
  tx: TenantTransaction,
  hashes: readonly string[],
): Promise<ReadonlyMap<string, "current" | "previous">> {
  const rows = await tx
    .selectFrom("staff_session")
    .select(["token_hash", "previous_hash"])
    .where("tenant_id", "=", tx.tenantId)
    .where((eb) => eb.or([eb("token_hash", "in", hashes), eb("previous_hash", "in", hashes)]))
    .where("revoked_at", "is", null)
    .where("expires_at", ">", sql<Date>`now()`)
    .execute();
  const states = new Map<string, "current" | "previous">();
  for (const row of rows) if (row.previous_hash !== null) states.set(row.previous_hash, "previous");
  for (const row of rows) states.set(row.token_hash, "current");
  return states;
}

/** Ends a person's sessions beyond the `keep` used last; returns the ids that ended. */
export async function endOldestSessions(
  tx: TenantTransaction,
  { staffId, keep }: { readonly staffId: string; readonly keep: number },
): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    update staff_session set revoked_at = now() where tenant_id = ${tx.tenantId} and id in (
      select id from staff_session
      where tenant_id = ${tx.tenantId} and staff_id = ${staffId} and revoked_at is null and expires_at > now()
      order by rotated_at desc, id desc offset ${keep})
    returning id`.execute(tx);
  return rows.map((row) => row.id);
}
