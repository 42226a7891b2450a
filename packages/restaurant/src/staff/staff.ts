import {
  restaurantLimits,
  type ManagedStaff,
  type Role,
  type StaffMember,
} from "@waiter/contracts";
import {
  constraintOf,
  revokeStaffSessions,
  type Database,
  type TenantTransaction,
} from "@waiter/database";
import { AppError } from "@waiter/errors";
import { requestRings } from "@waiter/ledger";
import {
  change,
  releaseClaimsOf,
  type ChangeContext,
  type Changed,
  type Editor,
  type Sealing,
} from "../change.ts";
import { dropDuty } from "../duty/duty.ts";
import { lockOwners, lockTenant } from "../lock-tenant.ts";
import { refuse, refuseStale } from "../refuse.ts";
import { requirePlace } from "./require-place.ts";

export const columns = ["id", "name", "role", "guest_name", "email", "active", "version"] as const;
type Row = {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  readonly guest_name: string | null;
  readonly email: string | null;
  readonly active: boolean;
  readonly version: number;
};

export const toManaged = ({ guest_name, email, ...row }: Row): ManagedStaff => ({
  ...row,
  ...(guest_name !== null && { guestName: guest_name }),
  ...(email !== null && { email }),
});

/** A person as every waiter may read them: without an e-mail address. */
export const publicStaff = ({
  email: _email,
  devices: _devices,
  ...staff
}: ManagedStaff): StaffMember => staff;

/**
 * Whether the editor may change a person of this role: an owner all people, a manager waiters and
 * screens. The command line and the platform act as an owner.
 */
export function mayManage({ role }: Editor, other: Role): boolean {
  if (role === "owner" || role === "platform") return true;
  return role === "manager" && (other === "waiter" || other === "screen");
}

/** The stored answer has no e-mail address; a replay shows the address in the row. */
const addresses: Sealing<{ staff: ManagedStaff }> = {
  seal: ({ staff }) => ({ staff: publicStaff(staff) }),
  reveal: async (tx, { staff }) => {
    const { email } = await findPerson(tx, staff.id);
    return { staff: { ...staff, ...(email !== undefined && { email }) } };
  },
};

export interface NewPerson {
  readonly name: string;
  readonly role: Role;
  readonly email?: string | null | undefined;
  readonly guestName?: string | null | undefined;
}

/**
 * Throws `forbidden` for a role that the editor may not give, `validation_failed` for an address in
 * use and for a person too many.
 */
export const createPerson = (
  database: Database,
  context: ChangeContext,
  input: NewPerson,
  atMost: number = restaurantLimits.staff,
): Promise<Changed<{ staff: ManagedStaff }>> =>
  unlessEmailTaken(
    change(
      database,
      context,
      "staff.create",
      input,
      async (tx, log) => {
        if (!mayManage(context.editor, input.role)) throw new AppError("forbidden");
        await lockTenant(tx);
        await requirePlace(tx, "name", atMost);
        const row = await tx
          .insertInto("staff")
          .values({
            tenant_id: tx.tenantId,
            name: input.name,
            role: input.role,
            email: input.email?.toLowerCase() ?? null,
            guest_name: input.guestName ?? null,
            password_hash: null,
          })
          .returning(columns)
          .executeTakeFirstOrThrow();
        await requestRings(tx);
        const staff = toManaged(row);
        return {
          status: 201,
          body: { staff },
          events: [log("staff.created", { staff: publicStaff(staff) })],
        };
      },
      addresses,
    ),
  );

export interface PersonPatch {
  readonly name?: string | undefined;
  readonly guestName?: string | null | undefined;
  readonly role?: Role | undefined;
  readonly email?: string | null | undefined;
  readonly active?: boolean | undefined;
  readonly version: number;
}

/** What a change of a person ended, to be announced after COMMIT. */
export interface EndedByChange {
  /** Sessions of a deactivated person, and ids by which tokens name a former role. */
  readonly revoked: readonly string[];
  readonly roleChanged: boolean;
  readonly deactivated: boolean;
}

/**
 * Deactivating a person ends the person's sessions and duty, and opens the person's claimed
 * requests again; a screen is never on duty. A new role ends the access tokens and sockets of the
 * former one; the sessions go on and refresh into the new role.
 *
 * Throws `not_found`, `forbidden`, `conflict` with the person as it is for a stale version,
 * `last_owner` where no active owner would be left, `validation_failed` for an address in use and
 * for an active person too many.
 */
export async function updatePerson(
  database: Database,
  context: ChangeContext,
  id: string,
  patch: PersonPatch,
  atMost: number = restaurantLimits.staff,
): Promise<Changed<{ staff: ManagedStaff }> & EndedByChange> {
  let ended: EndedByChange = { revoked: [], roleChanged: false, deactivated: false };
  const result = await unlessEmailTaken(
    change(
      database,
      context,
      "staff.update",
      { id, ...patch },
      async (tx, log) => {
        const concernsOwners = await lockOwners(tx);
        const before = await lockPerson(tx, id);
        const after = { role: patch.role ?? before.role, active: patch.active ?? before.active };
        if (!mayManage(context.editor, before.role) || !mayManage(context.editor, after.role))
          throw new AppError("forbidden");
        if (before.version !== patch.version) refuseStale({ staff: toManaged(before) });
        const wasOwner = before.role === "owner" && before.active;
        if (wasOwner && (after.role !== "owner" || !after.active) && (await concernsOwners()) <= 1)
          throw new AppError("last_owner");
        await requireEditor(tx, context.editor);
        if (!before.active && after.active) await requirePlace(tx, "active", atMost);
        const deactivated = before.active && !after.active;
        const roleChanged = before.role !== after.role;
        const offDuty =
          deactivated || (roleChanged && after.role === "screen")
            ? await dropDuty(tx, id)
            : undefined;
        ended = {
          revoked: [
            ...(deactivated ? await revokeStaffSessions(tx, id) : []),
            ...(roleChanged ? await roleIds(tx, id) : []),
          ],
          roleChanged,
          deactivated,
        };
        const row = await tx
          .updateTable("staff")
          .set({
            version: before.version + 1,
            ...after,
            ...(patch.name !== undefined && { name: patch.name }),
            ...(patch.guestName !== undefined && { guest_name: patch.guestName }),
            ...(patch.email !== undefined && { email: patch.email?.toLowerCase() ?? null }),
          })
          .where("tenant_id", "=", tx.tenantId)
          .where("id", "=", id)
          .returning(columns)
          .executeTakeFirstOrThrow();
        const releases = deactivated ? await releaseClaimsOf(tx, context, id) : [];
        if (before.active !== after.active || before.role !== after.role) await requestRings(tx);
        const staff = toManaged(row);
        return {
          status: 200,
          body: { staff },
          events: [
            ...releases,
            ...(offDuty === undefined ? [] : [log("duty.ended", { duty: offDuty })]),
            log("staff.updated", { staff: publicStaff(staff) }),
          ],
        };
      },
      addresses,
    ),
  );
  return { ...result, ...ended };
}

/**
 * Changes of people come one after another; the one before may have ended the editor's own rights,
 * after the editor's session was checked.
 */
async function requireEditor(tx: TenantTransaction, { id, role }: Editor): Promise<void> {
  if (id === null) return;
  const editor = await findPerson(tx, id);
  if (!editor.active || editor.role !== role) throw new AppError("forbidden");
}

/** The ids by which access tokens name a person's present role; those of an older api, the person. */
async function roleIds(tx: TenantTransaction, id: string): Promise<string[]> {
  const { role_id } = await tx
    .selectFrom("staff")
    .select("role_id")
    .where("tenant_id", "=", tx.tenantId)
    .where("id", "=", id)
    .executeTakeFirstOrThrow();
  return [role_id, id];
}

/** Locks a person's row until the transaction ends. Throws `not_found`. */
export async function lockPerson(tx: TenantTransaction, id: string): Promise<Row> {
  const row = await tx
    .selectFrom("staff")
    .select(columns)
    .where("tenant_id", "=", tx.tenantId)
    .where("id", "=", id)
    .forNoKeyUpdate()
    .executeTakeFirst();
  if (row === undefined) throw new AppError("not_found");
  return row;
}

/** A person by id. Throws `not_found`. */
export async function findPerson(tx: TenantTransaction, id: string): Promise<ManagedStaff> {
  const row = await tx
    .selectFrom("staff")
    .select(columns)
    .where("tenant_id", "=", tx.tenantId)
    .where("id", "=", id)
    .executeTakeFirst();
  if (row === undefined) throw new AppError("not_found");
  return toManaged(row);
}

async function unlessEmailTaken<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (constraintOf(error) === "staff_tenant_id_email_key")
      refuse("email", "is another person's address");
    throw error;
  }
}
