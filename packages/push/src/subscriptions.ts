import type { PushSubscription } from "@waiter/contracts";
import type { TenantTransaction } from "@waiter/database";
import { sql } from "kysely";

export interface NewSubscription {
  readonly staffId: string;
  readonly sessionId: string;
  readonly endpoint: string;
  readonly p256dh: string;
  readonly auth: string;
}

/** What a sender needs of a device. */
export interface LiveSubscription {
  readonly id: string;
  readonly endpoint: string;
  readonly p256dh: string;
  readonly auth: string;
}

/**
 * Stores the subscription of a device: it replaces the device's earlier one, and is taken over from
 * an earlier session with the same endpoint, whose receipts end with it. Undefined when the session
 * has ended.
 */
export async function saveSubscription(
  tx: TenantTransaction,
  { staffId, sessionId, endpoint, p256dh, auth }: NewSubscription,
): Promise<PushSubscription | undefined> {
  // Two calls of one session, as of two tabs, wait for each other: a session has one subscription.
  const { rows: living } = await sql`
    select from staff_session
    where tenant_id = ${tx.tenantId} and id = ${sessionId} and staff_id = ${staffId}
      and revoked_at is null and expires_at > now() for no key update`.execute(tx);
  if (living.length === 0) return undefined;
  await sql`
    delete from push_subscription where tenant_id = ${tx.tenantId}
      and (endpoint = ${endpoint} or session_id = ${sessionId})
      and not (endpoint = ${endpoint} and session_id = ${sessionId})`.execute(tx);
  const { rows } = await sql<Row>`
    insert into push_subscription (tenant_id, staff_id, session_id, endpoint, p256dh, auth)
    values (${tx.tenantId}, ${staffId}, ${sessionId}, ${endpoint}, ${p256dh}, ${auth})
    on conflict (tenant_id, endpoint) do update set
      staff_id = excluded.staff_id, session_id = excluded.session_id,
      p256dh = excluded.p256dh, auth = excluded.auth
    returning created_at as "createdAt", last_test_shown_at as "shownAt"`.execute(tx);
  return rows[0] && toSubscription(rows[0]);
}

/** The subscription of a device, as it may read it. */
export async function readSubscription(
  tx: TenantTransaction,
  sessionId: string,
): Promise<{ readonly id: string; readonly subscription: PushSubscription } | undefined> {
  const row = await tx
    .selectFrom("push_subscription")
    .select(["id", "created_at as createdAt", "last_test_shown_at as shownAt"])
    .where("tenant_id", "=", tx.tenantId)
    .where("session_id", "=", sessionId)
    .executeTakeFirst();
  return row && { id: row.id, subscription: toSubscription(row) };
}

export async function deleteSubscriptionOfSession(
  tx: TenantTransaction,
  sessionId: string,
): Promise<void> {
  await tx
    .deleteFrom("push_subscription")
    .where("tenant_id", "=", tx.tenantId)
    .where("session_id", "=", sessionId)
    .execute();
}

/**
 * Deletes a subscription that its push service no longer knows. `endpoint` guards against a device
 * that subscribed again meanwhile.
 */
export async function deleteDeadSubscription(
  tx: TenantTransaction,
  { id, endpoint }: Pick<LiveSubscription, "id" | "endpoint">,
): Promise<void> {
  await tx
    .deleteFrom("push_subscription")
    .where("tenant_id", "=", tx.tenantId)
    .where("id", "=", id)
    .where("endpoint", "=", endpoint)
    .execute();
}

const live = (tx: TenantTransaction) =>
  tx
    .selectFrom("push_subscription")
    .innerJoin("staff_session", (join) =>
      join
        .onRef("staff_session.tenant_id", "=", "push_subscription.tenant_id")
        .onRef("staff_session.id", "=", "push_subscription.session_id"),
    )
    .innerJoin("staff", (join) =>
      join
        .onRef("staff.tenant_id", "=", "push_subscription.tenant_id")
        .onRef("staff.id", "=", "push_subscription.staff_id"),
    )
    .select([
      "push_subscription.id",
      "push_subscription.staff_id as staffId",
      "push_subscription.endpoint",
      "push_subscription.p256dh",
      "push_subscription.auth",
      "staff.language",
    ])
    .where("push_subscription.tenant_id", "=", tx.tenantId)
    .where("staff_session.revoked_at", "is", null)
    .where("staff_session.expires_at", ">", sql<Date>`now()`)
    .where("staff.active", "=", true);

/** A device, its person, and the person's language. */
export interface PersonSubscription extends LiveSubscription {
  readonly staffId: string;
  readonly language: string | null;
}

/** The devices of active people whose sessions are alive. */
export const listLiveSubscriptions = async (
  tx: TenantTransaction,
  staffIds: readonly string[],
): Promise<PersonSubscription[]> =>
  staffIds.length === 0
    ? []
    : // One parameter: each number of them would be a statement of its own to prepare.
      await live(tx)
        .where("push_subscription.staff_id", "=", sql<string>`any(${[...staffIds]}::uuid[])`)
        .execute();

/** One device by its subscription, while its session and its person are alive. */
export const findLiveSubscription = (
  tx: TenantTransaction,
  id: string,
): Promise<PersonSubscription | undefined> =>
  live(tx).where("push_subscription.id", "=", id).executeTakeFirst();

interface Row {
  readonly createdAt: Date;
  readonly shownAt: Date | null;
}
const toSubscription = ({ createdAt, shownAt }: Row): PushSubscription => ({
  createdAt: createdAt.toISOString(),
  ...(shownAt !== null && { lastTestShownAt: shownAt.toISOString() }),
});
