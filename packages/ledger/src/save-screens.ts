import type { TenantTransaction } from "@waiter/database";
import { sql } from "kysely";

/** What a staff screen acknowledged with `seen`. Times are seconds before now. */
export interface SeenScreen {
  readonly staff: string;
  readonly session: string;
  readonly seq: number;
  readonly visible?: boolean | undefined;
  readonly audible?: boolean | undefined;
  readonly idleS?: number | undefined;
}

/**
 * Saves what screens acknowledged, and records `shown` for rows that wait for a screen: those of
 * people without a subscription. A screen that does not say that it is visible showed nothing.
 */
export async function saveScreens(
  tx: TenantTransaction,
  screens: readonly SeenScreen[],
): Promise<void> {
  if (screens.length === 0) return;
  await sql`
    with seen as (
      select distinct on (given.session) given.* from jsonb_to_recordset(${JSON.stringify(screens)}::jsonb)
        as given (staff uuid, session uuid, seq bigint, visible boolean, audible boolean, "idleS" float8)
      join staff_session on staff_session.tenant_id = ${tx.tenantId}
        and staff_session.id = given.session and staff_session.staff_id = given.staff
      order by given.session, given.seq desc
    ), saved as (
      insert into screen (tenant_id, session_id, staff_id, seq, visible, audible, touched_at,
        seen_at)
      select ${tx.tenantId}, session, staff, seq, coalesce(visible, false),
        coalesce(audible, false),
        clock_timestamp() - make_interval(secs => least("idleS", 86400)), clock_timestamp()
      from seen order by session
      on conflict (tenant_id, session_id) do update set seq = excluded.seq,
        visible = excluded.visible, audible = excluded.audible,
        touched_at = excluded.touched_at, seen_at = excluded.seen_at
    )
    update delivery set state = 'shown', shown_at = clock_timestamp(), session_id = seen.session
    from seen
    where delivery.tenant_id = ${tx.tenantId} and delivery.staff_id = seen.staff and seen.visible
      and delivery.channel = 'socket' and delivery.state = 'due' and seen.seq >= ${roundSeq(tx)}`.execute(
    tx,
  );
}

/** Position of the event that began the row's round. */
export const roundSeq = (tx: TenantTransaction) => sql<number>`(
  select coalesce(max(event.seq), 0) from event where event.tenant_id = ${tx.tenantId}
    and event.request_id = delivery.request_id
    and event.type in ('request.created', 'request.reopened', 'request.released'))`;
