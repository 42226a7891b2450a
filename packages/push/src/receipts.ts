import { hashSecret, newSecret } from "@waiter/auth";
import type { Role } from "@waiter/contracts";
import type { TenantTransaction } from "@waiter/database";
import { recordDelivery } from "@waiter/ledger";
import { sql } from "kysely";

/**
 * Makes one receipt per device for a push that is about to be sent; returns the secrets by
 * subscription. Only their hashes are stored. Of a device's tests only the last receipt is kept.
 */
export async function createReceipts(
  tx: TenantTransaction,
  {
    deliveryId,
    subscriptionIds,
  }: { readonly deliveryId: string | null; readonly subscriptionIds: readonly string[] },
): Promise<ReadonlyMap<string, string>> {
  const secrets = new Map(subscriptionIds.map((id) => [id, newSecret()]));
  if (secrets.size === 0) return secrets;
  if (deliveryId === null)
    await tx
      .deleteFrom("push_receipt")
      .where("tenant_id", "=", tx.tenantId)
      .where("subscription_id", "in", subscriptionIds)
      .where("delivery_id", "is", null)
      .execute();
  await tx
    .insertInto("push_receipt")
    .values(
      [...secrets].map(([subscription_id, secret]) => ({
        tenant_id: tx.tenantId,
        hash: hashSecret(secret),
        subscription_id,
        delivery_id: deliveryId,
      })),
    )
    .execute();
  return secrets;
}

/** Records that the push service took the push of this receipt. */
export async function acceptReceipt(tx: TenantTransaction, secret: string): Promise<void> {
  await tx
    .updateTable("push_receipt")
    .set({ accepted_at: sql<Date>`clock_timestamp()` })
    .where("tenant_id", "=", tx.tenantId)
    .where("hash", "=", hashSecret(secret))
    .execute();
}

/** The devices whose push service took a push of this delivery since it was last due. */
export async function listAccepted(
  tx: TenantTransaction,
  deliveryId: string,
): Promise<ReadonlySet<string>> {
  const { rows } = await sql<{ id: string }>`
    select distinct p.subscription_id as id from push_receipt p
    join delivery d on d.tenant_id = p.tenant_id and d.id = p.delivery_id
    where p.tenant_id = ${tx.tenantId} and p.delivery_id = ${deliveryId}
      and p.accepted_at >= coalesce(d.replayed_at, d.created_at)`.execute(tx);
  return new Set(rows.map(({ id }) => id));
}

/**
 * Records what a device did with a push: proof for the ledger, or the time of the last test that
 * was shown. May be called any number of times. False for an unknown receipt.
 */
export async function reportReceipt(
  tx: TenantTransaction,
  secret: string,
  state: "shown" | "opened",
): Promise<boolean> {
  const { rows } = await sql<{ deliveryId: string | null; sessionId: string; device: string }>`
    update push_receipt p set
      shown_at = coalesce(p.shown_at, clock_timestamp()),
      opened_at = case when ${state === "opened"}::boolean
        then coalesce(p.opened_at, clock_timestamp()) else p.opened_at end
    from push_subscription s
    where p.tenant_id = ${tx.tenantId} and p.hash = ${hashSecret(secret)}
      and s.tenant_id = p.tenant_id and s.id = p.subscription_id
    returning p.delivery_id as "deliveryId", s.session_id as "sessionId", s.id as device`.execute(
    tx,
  );
  const [row] = rows;
  if (row === undefined) return false;
  if (row.deliveryId !== null)
    await recordDelivery(tx, row.deliveryId, { state, sessionId: row.sessionId });
  else
    await tx
      .updateTable("push_subscription")
      .set({ last_test_shown_at: sql<Date>`clock_timestamp()` })
      .where("tenant_id", "=", tx.tenantId)
      .where("id", "=", row.device)
      .execute();
  return true;
}

/** In whose name, and for which request, the holder of a receipt may claim. */
export interface ReceiptClaim {
  readonly requestId: string;
  readonly staffId: string;
  readonly name: string;
  readonly role: Role;
  readonly sessionId: string;
  /** Whether the request is still in the round that the push was for. */
  readonly isCurrent: boolean;
}

/**
 * Reads what a receipt allows while its subscription, session and person are alive; undefined
 * otherwise. A screen claims on its own board alone.
 */
export async function readReceiptClaim(
  tx: TenantTransaction,
  secret: string,
): Promise<ReceiptClaim | undefined> {
  const { rows } = await sql<ReceiptClaim>`
    select r.id as "requestId", st.id as "staffId", st.name, st.role, s.session_id as "sessionId",
      r.round = d.round as "isCurrent"
    from push_receipt p
    join push_subscription s on s.tenant_id = p.tenant_id and s.id = p.subscription_id
    join staff_session ss on ss.tenant_id = p.tenant_id and ss.id = s.session_id
      and ss.revoked_at is null and ss.expires_at > now()
    join staff st on st.tenant_id = p.tenant_id and st.id = s.staff_id and st.active
      and st.role <> 'screen'
    join delivery d on d.tenant_id = p.tenant_id and d.id = p.delivery_id
    join request r on r.tenant_id = p.tenant_id and r.id = d.request_id
    where p.tenant_id = ${tx.tenantId} and p.hash = ${hashSecret(secret)}`.execute(tx);
  return rows[0];
}
