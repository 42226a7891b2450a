import type { Role, StaffMember } from "@waiter/contracts";
import type { TenantTransaction } from "./tenant-transaction.ts";

export interface StaffRecord extends StaffMember {
  readonly email: string;
  readonly passwordHash: string;
  readonly active: boolean;
}

export interface NewStaff {
  /** A UUID; made by the database when absent. */
  readonly id?: string;
  readonly email: string;
  readonly name: string;
  readonly role: Role;
  readonly passwordHash: string;
}

const columns = ["id", "email", "name", "role", "password_hash as passwordHash", "active"] as const;

/** Whatever the case of `email`. Inactive people are found too: refusing them is the caller's part. */
export const findStaffByEmail = (
  tx: TenantTransaction,
  email: string,
): Promise<StaffRecord | undefined> =>
  tx
    .selectFrom("staff")
    .select(columns)
    .where("tenant_id", "=", tx.tenantId)
    .where("email", "=", email.toLowerCase())
    .executeTakeFirst();

export const findStaff = (tx: TenantTransaction, id: string): Promise<StaffRecord | undefined> =>
  tx
    .selectFrom("staff")
    .select(columns)
    .where("tenant_id", "=", tx.tenantId)
    .where("id", "=", id)
    .executeTakeFirst();

/** Active people, by name. */
export const listStaff = (tx: TenantTransaction): Promise<StaffMember[]> =>
  tx
    .selectFrom("staff")
    .select(["id", "name", "role"])
    .where("tenant_id", "=", tx.tenantId)
    .where("active", "=", true)
    .orderBy("name")
    .orderBy("id")
    .execute();

export const createStaff = (
  tx: TenantTransaction,
  { id, email, name, role, passwordHash }: NewStaff,
): Promise<StaffRecord> =>
  tx
    .insertInto("staff")
    .values({
      tenant_id: tx.tenantId,
      ...(id !== undefined && { id }),
      email: email.toLowerCase(),
      name,
      role,
      password_hash: passwordHash,
    })
    .returning(columns)
    .executeTakeFirstOrThrow();
