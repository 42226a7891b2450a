import type { DeliveryState } from "@waiter/contracts";
import type { TenantTransaction } from "@waiter/database";
import { sql } from "kysely";

export interface DeliveryOutcome {
  readonly state: Exclude<DeliveryState, "due">;
  /** Why, for `failed` and `superseded`: a name such as `http_410`. */
  readonly reason?: string;
  /** The device's session, where it is known. */
  readonly sessionId?: string;
}

/** The states that an outcome may replace. `shown` and `opened` are proof, whatever was before. */
const replaces: Readonly<Record<DeliveryOutcome["state"], readonly DeliveryState[]>> = {
  // A phone may report before the sender records: such a row keeps its state and gets its time.
  sent: ["due", "shown", "opened"],
  shown: ["due", "sent", "failed", "superseded"],
  opened: ["due", "sent", "shown", "failed", "superseded"],
  failed: ["due", "sent"],
  superseded: ["due"],
  unreachable: ["due"],
};

/**
 * Records what became of rows, with the time by Postgres' clock. Returns how many changed their
 * state; a row never goes back.
 */
export async function recordDeliveries(
  tx: TenantTransaction,
  ids: readonly string[],
  { state, reason, sessionId }: DeliveryOutcome,
): Promise<number> {
  if (ids.length === 0) return 0;
  const isSent = state === "sent";
  const ended = state === "failed" || state === "superseded" || state === "unreachable";
  const { numAffectedRows } = await sql`
    update delivery set
      state = case when ${isSent}::boolean and state <> 'due' then state else ${state} end,
      reason = ${reason ?? null}::text,
      sent_at = case when ${isSent}::boolean then least(shown_at, clock_timestamp())
        else sent_at end,
      shown_at = case when ${state === "shown" || state === "opened"}::boolean
        then coalesce(shown_at, clock_timestamp()) else shown_at end,
      opened_at = case when ${state === "opened"}::boolean then clock_timestamp()
        else opened_at end,
      ended_at = case when ${ended}::boolean then clock_timestamp() end,
      session_id = coalesce(${sessionId ?? null}::uuid, session_id)
    where tenant_id = ${tx.tenantId} and state = any(${[...replaces[state]]})
      and (not ${isSent}::boolean or sent_at is null) and id = any(array(
      select id from delivery where tenant_id = ${tx.tenantId} and id = any(${[...ids]}::uuid[])
      order by id for no key update))`.execute(tx);
  return Number(numAffectedRows ?? 0n);
}

/** As {@link recordDeliveries}, for one row. True if its state changed. */
export const recordDelivery = async (
  tx: TenantTransaction,
  id: string,
  outcome: DeliveryOutcome,
): Promise<boolean> => (await recordDeliveries(tx, [id], outcome)) > 0;
