import { hashSecret, newSecret } from "@waiter/auth";
import type { CommittedEvent, ManagedStaff, Role } from "@waiter/contracts";
import {
  revokeStaffSession,
  type Database,
  type InvitationTable,
  type TenantTransaction,
} from "@waiter/database";
import { appendEvent } from "@waiter/events";
import { AppError } from "@waiter/errors";
import { lookUpKey } from "@waiter/requests";
import { sql, type Selectable } from "kysely";
import { actorOf, type ChangeContext } from "../change.ts";
import { requireInviter } from "./require-inviter.ts";
import { findPerson, lockPerson, mayManage, publicStaff } from "./staff.ts";

/** How long a link is good for. */
export const invitationLifetimeS = 24 * 60 * 60;
/** Links of one person that are kept, ended ones included. */
const keptLinks = 100;
/** How long the same device may ask again for an answer that was lost. */
export const joinAgainS = 10 * 60;

export interface Invited {
  /** The link's secret: it is stored nowhere, so it is answered once. */
  readonly secret: string;
  readonly expiresAt: Date;
  readonly staff: ManagedStaff;
  readonly event: CommittedEvent;
}

/**
 * Makes a one-time invitation that signs a device in as this person; every earlier one of the
 * person ends. Throws `not_found` (also for an inactive person) and `forbidden`.
 */
export const invite = (
  database: Database,
  { tenantId, editor, traceparent, guards }: ChangeContext,
  staffId: string,
): Promise<Invited> =>
  database.inTenant(tenantId, async (tx) => {
    await (await lookUpKey(tx, undefined, guards)).admit();
    const staff = await findPerson(tx, staffId);
    if (!staff.active) throw new AppError("not_found");
    if (!mayManage(editor, staff.role)) throw new AppError("forbidden");
    // Two at once wait for each other: one link is good at a time.
    await sql`
      select from staff
      where tenant_id = ${tenantId} and id = ${staffId} for no key update`.execute(tx);
    await tx
      .updateTable("invitation")
      .set({ replaced_at: sql<Date>`now()` })
      .where("tenant_id", "=", tenantId)
      .where("staff_id", "=", staffId)
      .where("used_at", "is", null)
      .where("replaced_at", "is", null)
      .execute();
    const secret = newSecret();
    const { expiresAt } = await tx
      .insertInto("invitation")
      .values({
        tenant_id: tenantId,
        staff_id: staffId,
        secret_hash: hashSecret(secret),
        created_by: editor.id,
        expires_at: sql<Date>`now() + make_interval(secs => ${invitationLifetimeS})`,
      })
      .returning("expires_at as expiresAt")
      .executeTakeFirstOrThrow();
    await sql`
      delete from invitation where tenant_id = ${tenantId} and id in (
        select id from invitation where tenant_id = ${tenantId} and staff_id = ${staffId}
        order by created_at desc, id offset ${keptLinks}::integer)`.execute(tx);
    const event = await appendEvent(tx, {
      tenantId,
      type: "staff.invited",
      data: { staff: publicStaff(staff), ...(editor.id !== null && { by: editor.id }) },
      actor: actorOf(editor),
      traceparent,
    });
    return { secret, expiresAt, staff, event };
  });

export interface ReadInvitation {
  readonly restaurant: string;
  readonly name: string;
  readonly role: Role;
}

/**
 * What a person reads before joining; the invitation stays good. Throws `invitation_*`, and
 * `not_found` for an unknown one.
 */
export async function readInvitation(
  tx: TenantTransaction,
  secret: string,
): Promise<ReadInvitation> {
  const row = await findInvitation(tx, secret);
  refuseEnded(row);
  const staff = await findPerson(tx, row.staff_id);
  if (!staff.active) throw new AppError("not_found");
  await requireInviter(tx, row.created_by, staff);
  const { name } = await tx
    .selectFrom("tenant")
    .select("name")
    .where("id", "=", tx.tenantId)
    .executeTakeFirstOrThrow();
  return { restaurant: name, name: staff.name, role: staff.role };
}

export interface JoinInput {
  readonly secret: string;
  /** Replaces the person's password. */
  readonly passwordHash?: string | undefined;
  readonly device?:
    | { readonly name?: string | undefined; readonly key?: string | undefined }
    | undefined;
  readonly traceparent?: string | undefined;
}

export interface Joined<Session> {
  readonly staff: ManagedStaff;
  readonly session: Session;
  /** Absent when the same device asked again. */
  readonly event?: CommittedEvent;
  /** The session that a repeated answer replaces: to be announced as ended. */
  readonly replaced?: string;
}

/**
 * Signs a device in by an invitation, once; or again within 10 minutes for the device that presents
 * the same key, in case the answer was lost: it gets a new session, and the one of the lost answer
 * ends. A device that was signed out since gets none. `start` makes the session. Throws
 * `invitation_used`, `invitation_replaced`, `invitation_expired` (also where its maker may no
 * longer invite the person), and `not_found` for an unknown one.
 */
export const join = <Session extends { readonly sid: string }>(
  database: Database,
  tenantId: string,
  { secret, passwordHash, device, traceparent }: JoinInput,
  start: (
    tx: TenantTransaction,
    staffId: string,
    device: { readonly name: string | null; readonly invitationId: string },
  ) => Promise<Session>,
): Promise<Joined<Session>> =>
  database.inTenant(tenantId, async (tx) => {
    // The person first, as changes of people and new invitations do: no deadlock, and a promotion
    // that is under way counts.
    const { staff_id } = await findInvitation(tx, secret);
    await lockPerson(tx, staff_id);
    const row = await findInvitation(tx, secret, { lock: true });
    const keyHash = device?.key === undefined ? null : hashSecret(device.key);
    const again = row.used_at !== null && keyHash !== null && row.device_key_hash === keyHash;
    if (!again || !row.fresh) refuseEnded(row);
    const staff = await findPerson(tx, row.staff_id);
    if (!staff.active) throw new AppError("not_found");
    await requireInviter(tx, row.created_by, staff);
    const replaced =
      row.session_id !== null && (await revokeStaffSession(tx, row.session_id))
        ? row.session_id
        : undefined;
    // A device that was signed out since has had its answer.
    if (again && replaced === undefined) throw new AppError("invitation_used");
    if (passwordHash !== undefined)
      await tx
        .updateTable("staff")
        .set({ password_hash: passwordHash })
        .where("tenant_id", "=", tenantId)
        .where("id", "=", staff.id)
        .execute();
    const session = await start(tx, staff.id, { name: device?.name ?? null, invitationId: row.id });
    await tx
      .updateTable("invitation")
      .set({
        used_at: row.used_at ?? sql<Date>`now()`,
        device_key_hash: keyHash,
        session_id: session.sid,
      })
      .where("tenant_id", "=", tenantId)
      .where("id", "=", row.id)
      .execute();
    if (again) return { staff, session, ...(replaced !== undefined && { replaced }) };
    const event = await appendEvent(tx, {
      tenantId,
      type: "staff.joined",
      data: { staff: publicStaff(staff) },
      actor: { kind: "staff", id: staff.id },
      traceparent,
    });
    return { staff, session, event };
  });

type InvitationRow = Selectable<InvitationTable> & {
  readonly expired: boolean;
  /** Used so recently that the same device may ask again. */
  readonly fresh: boolean;
};

async function findInvitation(
  tx: TenantTransaction,
  secret: string,
  { lock = false }: { readonly lock?: boolean } = {},
): Promise<InvitationRow> {
  const row = await tx
    .selectFrom("invitation")
    .selectAll()
    .select([
      sql<boolean>`expires_at <= now()`.as("expired"),
      sql<boolean>`coalesce(used_at > now() - make_interval(secs => ${joinAgainS}), false)`.as(
        "fresh",
      ),
    ])
    .where("tenant_id", "=", tx.tenantId)
    .where("secret_hash", "=", hashSecret(secret))
    .$if(lock, (query) => query.forNoKeyUpdate())
    .executeTakeFirst();
  if (row === undefined) throw new AppError("not_found");
  return row;
}

function refuseEnded(row: InvitationRow): void {
  if (row.used_at !== null) throw new AppError("invitation_used");
  if (row.replaced_at !== null) throw new AppError("invitation_replaced");
  if (row.expired) throw new AppError("invitation_expired");
}
