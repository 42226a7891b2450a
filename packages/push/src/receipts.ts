import { hashSecret, newSecret } from "@waiter/auth";
import type { Role } from "@waiter/contracts";
import type { TenantTransaction } from "@waiter/database";
import { recordDelivery } from "@waiter/ledger";
import { sql } from "kysely";

/** A device that a push is about to be sent to; `deliveryId` null: a test. */
export interface NewReceipt {
  readonly deliveryId: string | null;
  readonly subscriptionId: string;
}

/**
 * Makes the receipts of pushes that are about to be sent; returns their secrets in the same order.
 * Only their hashes are stored. Of a device's tests only the last receipt is kept.
 */
export async function createReceipts(
  tx: TenantTransaction,
  receipts: readonly NewReceipt[],
): Promise<string[]> {
  if (receipts.length === 0) return [];
  const tested = receipts.flatMap((one) => (one.deliveryId === null ? [one.subscriptionId] : []));
  if (tested.length > 0)
    await tx
      .deleteFrom("push_receipt")
      .where("tenant_id", "=", tx.tenantId)
      .where("subscription_id", "in", tested)
      .where("delivery_id", "is", null)
      .execute();
  const secrets = receipts.map(() => newSecret());
  const rows = receipts.map(({ deliveryId, subscriptionId }, index) => ({
    hash: hashSecret(secrets[index] ?? ""),
    subscription: subscriptionId,
    delivery: deliveryId,
  }));
  await sql`
    insert into push_receipt (tenant_id, hash, subscription_id, delivery_id)
    select ${tx.tenantId}, hash, subscription, delivery
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
      as given (hash text, subscription uuid, delivery uuid)`.execute(tx);
  return secrets;
}

/** Records that push services took the pushes of these receipts. */
export async function acceptReceipts(
  tx: TenantTransaction,
  secrets: readonly string[],
): Promise<void> {
  if (secrets.length === 0) return;
  await sql`
    update push_receipt set accepted_at = clock_timestamp()
    where tenant_id = ${tx.tenantId}
      and hash = any(${secrets.map((secret) => hashSecret(secret))})`.execute(tx);
}

/**
 * The devices whose push service took a push of each of these deliveries since it was last due, by
 * delivery.
 */
export async function listAccepted(
  tx: TenantTransaction,
  deliveryIds: readonly string[],
): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  if (deliveryIds.length === 0) return new Map();
  const { rows } = await sql<{ id: string; devices: string[] }>`
    select d.id, array_agg(distinct p.subscription_id::text) as devices from push_receipt p
    join delivery d on d.tenant_id = p.tenant_id and d.id = p.delivery_id
    where p.tenant_id = ${tx.tenantId} and p.delivery_id = any(${[...deliveryIds]}::uuid[])
      and p.accepted_at >= coalesce(d.replayed_at, d.created_at)
    group by d.id`.execute(tx);
  return new Map(rows.map(({ id, devices }) => [id, new Set(devices)]));
}

interface Overtaken {
  readonly requestId: string;
  readonly device: string;
  /** The request was cancelled or dismissed. */
  readonly isOver: boolean;
}

/** What a report was about. */
export interface Reported {
  /**
   * The request of a push that was made before the request was claimed, cancelled or dismissed, and
   * was shown after: the device shows a call that no one waits for.
   */
  readonly overtaken: Overtaken | undefined;
}

/**
 * Records what a device did with a push: proof for the ledger, or the time of the last test that
 * was shown. May be called any number of times. Undefined for an unknown receipt.
 */
export async function reportReceipt(
  tx: TenantTransaction,
  secret: string,
  state: "shown" | "opened",
): Promise<Reported | undefined> {
  const { rows } = await sql<{
    deliveryId: string | null;
    sessionId: string;
    device: string;
    overtaken: Pick<Overtaken, "requestId" | "isOver"> | null;
  }>`
    update push_receipt p set
      shown_at = coalesce(p.shown_at, clock_timestamp()),
      opened_at = case when ${state === "opened"}::boolean
        then coalesce(p.opened_at, clock_timestamp()) else p.opened_at end
    from push_subscription s
    where p.tenant_id = ${tx.tenantId} and p.hash = ${hashSecret(secret)}
      and s.tenant_id = p.tenant_id and s.id = p.subscription_id
    returning p.delivery_id as "deliveryId", s.session_id as "sessionId", s.id as device,
      (select jsonb_build_object('requestId', r.id, 'isOver', r.state <> 'claimed') from delivery d
        join request r on r.tenant_id = d.tenant_id and r.id = d.request_id
        where d.tenant_id = p.tenant_id and d.id = p.delivery_id
          and r.state in ('claimed', 'cancelled', 'dismissed')
          and coalesce(r.closed_at, r.claimed_at) > p.created_at) as overtaken`.execute(tx);
  const [row] = rows;
  if (row === undefined) return undefined;
  if (row.deliveryId !== null)
    await recordDelivery(tx, row.deliveryId, { state, sessionId: row.sessionId });
  else
    await tx
      .updateTable("push_subscription")
      .set({ last_test_shown_at: sql<Date>`clock_timestamp()` })
      .where("tenant_id", "=", tx.tenantId)
      .where("id", "=", row.device)
      .execute();
  const { overtaken, device } = row;
  return {
    overtaken: state === "shown" && overtaken !== null ? { ...overtaken, device } : undefined,
  };
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
