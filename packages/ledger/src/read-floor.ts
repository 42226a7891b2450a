import type { Role, SecondChannel } from "@waiter/contracts";
import { prepareStatement, type TenantTransaction } from "@waiter/database";
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

/** Reads the restaurant as it is in this transaction, in one statement. */
export async function readFloor(tx: TenantTransaction, tableId: string): Promise<FloorFacts> {
  const [row] = await selectFloor.run(tx, { tenantId: tx.tenantId, tableId });
  const { staff = [], duty = [], tables = [], subscribed = [] } = row ?? {};
  return {
    staff,
    duty: duty.map((each) => ({ ...each, tables: each.tables ?? "all" })),
    dutyUsed: row?.dutyUsed === true,
    tables,
    table: tables.find(({ id }) => id === tableId) ?? { id: tableId },
    subscribed: new Set(subscribed),
    secondChannel: row?.secondChannel ?? null,
    isSuspended: row?.isSuspended === true,
  };
}

interface FloorRow {
  readonly dutyUsed: boolean | null;
  readonly secondChannel: SecondChannel["kind"] | null;
  readonly isSuspended: boolean;
  readonly staff: readonly { readonly id: string; readonly role: Role }[];
  readonly duty: readonly {
    readonly staffId: string;
    readonly tables: readonly string[] | null;
    readonly zones: readonly string[];
  }[];
  readonly tables: readonly { readonly id: string; readonly zoneId: string | null }[];
  readonly subscribed: readonly string[];
}

const selectFloor = prepareStatement<{ tenantId: string; tableId: string }, FloorRow>(
  (p) => sql<FloorRow>`
    select duty_used_at > clock_timestamp() - make_interval(secs => ${sql.lit(dutyMemoryMs / 1_000)})
        as "dutyUsed",
      second_channel->>'kind' as "secondChannel",
      suspended_at is not null or deleted_at is not null as "isSuspended",
      (select coalesce(json_agg(json_build_object('id', id, 'role', role)), '[]')
        from staff where tenant_id = ${p("tenantId")} and active) as staff,
      (select coalesce(json_agg(json_build_object(
          'staffId', staff_id, 'tables', tables, 'zones', zones)), '[]')
        from duty where tenant_id = ${p("tenantId")}) as duty,
      (select coalesce(json_agg(json_build_object('id', id, 'zoneId', zone_id)), '[]')
        from dining_table
        where tenant_id = ${p("tenantId")} and (id = ${p("tableId")} or (retired_at is null
          and zone_id = (select zone_id from dining_table
            where tenant_id = ${p("tenantId")} and id = ${p("tableId")})))) as tables,
      (select coalesce(json_agg(distinct push_subscription.staff_id), '[]')
        from push_subscription
        join staff_session on staff_session.tenant_id = push_subscription.tenant_id
          and staff_session.id = push_subscription.session_id
        where push_subscription.tenant_id = ${p("tenantId")}
          and staff_session.revoked_at is null
          and staff_session.expires_at > clock_timestamp()) as subscribed
    from tenant where tenant.id = ${p("tenantId")}`,
);
