import type { Device } from "@waiter/contracts";
import { revokeStaffSession, revokeStaffSessions, type TenantTransaction } from "@waiter/database";
import { AppError } from "@waiter/errors";
import { sql } from "kysely";
import type { Editor } from "../change.ts";
import { findPerson, mayManage } from "./staff.ts";

/** The living sessions of a person, the latest first; `currentSid` marks the caller's own. */
export async function listDevices(
  tx: TenantTransaction,
  editor: Editor,
  staffId: string,
  currentSid: string,
): Promise<Device[]> {
  await requireAccess(tx, editor, staffId);
  const rows = await tx
    .selectFrom("staff_session")
    .select(["id", "device_name", "created_at", "rotated_at", "expires_at"])
    .where("tenant_id", "=", tx.tenantId)
    .where("staff_id", "=", staffId)
    .where("revoked_at", "is", null)
    .where("expires_at", ">", sql<Date>`now()`)
    .orderBy("rotated_at", "desc")
    .limit(200)
    .execute();
  return rows.map((row) => ({
    id: row.id,
    createdAt: row.created_at.toISOString(),
    lastUsedAt: row.rotated_at.toISOString(),
    expiresAt: row.expires_at.toISOString(),
    current: row.id === currentSid,
    ...(row.device_name !== null && { name: row.device_name }),
  }));
}

/**
 * Ends one of a person's sessions, or all; returns the ids that were alive, to be announced after
 * COMMIT.
 */
export async function endDevices(
  tx: TenantTransaction,
  editor: Editor,
  staffId: string,
  deviceId?: string,
): Promise<string[]> {
  await requireAccess(tx, editor, staffId);
  if (deviceId === undefined) return revokeStaffSessions(tx, staffId);
  const own = await tx
    .selectFrom("staff_session")
    .select("id")
    .where("tenant_id", "=", tx.tenantId)
    .where("staff_id", "=", staffId)
    .where("id", "=", deviceId)
    .executeTakeFirst();
  if (own === undefined) throw new AppError("not_found");
  return (await revokeStaffSession(tx, deviceId)) ? [deviceId] : [];
}

/** A person sees and ends their own devices; those of others as {@link mayManage} says. */
async function requireAccess(
  tx: TenantTransaction,
  editor: Editor,
  staffId: string,
): Promise<void> {
  const { role } = await findPerson(tx, staffId);
  if (editor.id !== staffId && !mayManage(editor, role)) throw new AppError("forbidden");
}
