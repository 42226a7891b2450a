import { sql } from "kysely";
import type { TenantTransaction } from "../transactions/tenant-transaction.ts";

/** What erased people are called in the history of requests. */
const erasedName = "Former colleague";

/**
 * Everything stored about one person except secrets; undefined if there is no such person. Events
 * of the last days (EVENT_RETENTION) name the person too: the restaurant's export holds them.
 */
export async function exportStaff(
  tx: TenantTransaction,
  staffId: string,
): Promise<object | undefined> {
  const person = await tx
    .selectFrom("staff")
    .select(["id", "email", "name", "guest_name", "role", "active", "language", "created_at"])
    .where("tenant_id", "=", tx.tenantId)
    .where("id", "=", staffId)
    .executeTakeFirst();
  if (person === undefined) return undefined;
  const sessions = await tx
    .selectFrom("staff_session")
    .select(["id", "device_name", "created_at", "rotated_at", "expires_at", "revoked_at"])
    .where("tenant_id", "=", tx.tenantId)
    .where("staff_id", "=", staffId)
    .orderBy("created_at")
    .execute();
  const requests = await Promise.all([
    requestsOf(tx, "request", staffId),
    requestsOf(tx, "request_history", staffId),
  ]);
  return { person, sessions, ...(await readTraces(tx, staffId)), requests: requests.flat() };
}

/** What the person's work left beside requests. */
async function readTraces(tx: TenantTransaction, staffId: string): Promise<object> {
  const of = <Table extends "duty" | "invitation" | "push_subscription" | "screen" | "delivery">(
    table: Table,
    columns: string,
  ) =>
    sql<object>`select ${sql.raw(columns)} from ${sql.table(table)}
      where tenant_id = ${tx.tenantId} and staff_id = ${staffId}`.execute(tx);
  const [duty, invitations, devices, screens, deliveries] = await Promise.all([
    of("duty", "since, confirmed_at, tables, zones"),
    of("invitation", "created_at, expires_at, replaced_at, used_at"),
    of("push_subscription", "session_id, created_at, last_test_shown_at"),
    of("screen", "session_id, visible, audible, touched_at, seen_at"),
    of(
      "delivery",
      "request_id, channel, state, reason, created_at, sent_at, shown_at, opened_at, ended_at",
    ),
  ]);
  return {
    duty: duty.rows,
    invitations: invitations.rows,
    push_subscriptions: devices.rows,
    screens: screens.rows,
    deliveries: deliveries.rows,
  };
}

const requestsOf = (
  tx: TenantTransaction,
  table: "request" | "request_history",
  staffId: string,
): Promise<object[]> =>
  tx
    .selectFrom(table)
    .select(["id", "type", "state", "created_at", "claimed_at", "closed_at", "reason"])
    .select(sql<boolean>`coalesce(created_by = ${staffId}, false)`.as("created_by_person"))
    .where("tenant_id", "=", tx.tenantId)
    .where((eb) => eb.or([eb("created_by", "=", staffId), eb("claimed_by", "=", staffId)]))
    .orderBy("created_at")
    .execute();

/**
 * Erases one person: name, e-mail, password, language, names of devices and invitations go, the
 * deactivation ends all sessions, and the row stays for the history of requests.
 *
 * Events of the last days (EVENT_RETENTION) and stored responses (a day) still hold the name.
 */
export async function eraseStaff(tx: TenantTransaction, staffId: string): Promise<void> {
  await tx
    .deleteFrom("invitation")
    .where("tenant_id", "=", tx.tenantId)
    .where("staff_id", "=", staffId)
    .execute();
  await tx
    .updateTable("staff")
    .set({
      name: erasedName,
      guest_name: null,
      email: null,
      password_hash: null,
      language: null,
      active: false,
      version: sql<number>`version + 1`,
    })
    .where("tenant_id", "=", tx.tenantId)
    .where("id", "=", staffId)
    .execute();
  await tx
    .updateTable("staff_session")
    .set({ device_name: null })
    .where("tenant_id", "=", tx.tenantId)
    .where("staff_id", "=", staffId)
    .execute();
}
