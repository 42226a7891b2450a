import type { Role, SecondChannel } from "@waiter/contracts";
import type { TenantTransaction } from "@waiter/database";
import { dutyMemoryMs, type Floor, type Place } from "@waiter/escalation";
import { sql } from "kysely";

/** What a step reads to know whom it rings, and how they can be reached. */
export interface FloorFacts extends Floor {
  readonly table: Place;
  /** People with a push subscription of a live session. */
  readonly subscribed: ReadonlySet<string>;
  readonly secondChannel: SecondChannel["kind"] | null;
  /** The platform suspended the restaurant: it rings no person and no channel. */
  readonly isSuspended: boolean;
}

/** Reads the restaurant as it is in this transaction, in one round trip. */
export async function readFloor(tx: TenantTransaction, tableId: string): Promise<FloorFacts> {
  const [tenant, staff, duty, tables, subscribed] = await Promise.all([
    sql<{ dutyUsed: boolean | null; kind: SecondChannel["kind"] | null; isSuspended: boolean }>`
      select duty_used_at > clock_timestamp() - make_interval(secs => ${dutyMemoryMs / 1_000})
        as "dutyUsed", second_channel->>'kind' as kind,
        suspended_at is not null or deleted_at is not null as "isSuspended"
      from tenant where id = ${tx.tenantId}`.execute(tx),
    sql<{ id: string; role: Role }>`
      select id, role from staff where tenant_id = ${tx.tenantId} and active`.execute(tx),
    sql<{ staffId: string; tables: string[] | null; zones: string[] }>`
      select staff_id as "staffId", tables, zones from duty
      where tenant_id = ${tx.tenantId}`.execute(tx),
    sql<{ id: string; zoneId: string | null }>`
      select id, zone_id as "zoneId" from dining_table
      where tenant_id = ${tx.tenantId} and (id = ${tableId} or (retired_at is null and zone_id = (
        select zone_id from dining_table where tenant_id = ${tx.tenantId} and id = ${tableId})))`.execute(
      tx,
    ),
    sql<{ staffId: string }>`
      select distinct push_subscription.staff_id as "staffId" from push_subscription
      join staff_session on staff_session.tenant_id = push_subscription.tenant_id
        and staff_session.id = push_subscription.session_id
      where push_subscription.tenant_id = ${tx.tenantId} and staff_session.revoked_at is null
        and staff_session.expires_at > clock_timestamp()`.execute(tx),
  ]);
  return {
    staff: staff.rows,
    duty: duty.rows.map((row) => ({ ...row, tables: row.tables ?? "all" })),
    dutyUsed: tenant.rows[0]?.dutyUsed === true,
    tables: tables.rows,
    table: tables.rows.find(({ id }) => id === tableId) ?? { id: tableId },
    subscribed: new Set(subscribed.rows.map(({ staffId }) => staffId)),
    secondChannel: tenant.rows[0]?.kind ?? null,
    isSuspended: tenant.rows[0]?.isSuspended === true,
  };
}
