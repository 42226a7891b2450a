import type { TenantTransaction } from "@waiter/database";
import { sql } from "kysely";
import { selectRequests, type RequestRow } from "./request-row.ts";
import type { Change } from "./transition.ts";

/** The next level and the ms until it is due, by Postgres' clock; never negative. */
export interface NextEscalation {
  readonly level: number;
  readonly inMs: number;
}

export type SavedRow = RequestRow & { readonly escalation: NextEscalation | null };

/** Joins the deadline that `changed` just received. */
export const nextEscalation = sql`, (
  select json_build_object('level', e.level, 'inMs', greatest(0, ceil(1000 * extract(epoch from
    e.due_at - clock_timestamp()))))
  from escalation e where e.request_id = r.id) as escalation`;

/** Who made a change, for 30 s of undo: a guest session, or a person and the device's session. */
export interface Author {
  readonly by: string;
  readonly sid?: string | undefined;
}

/**
 * Applies a change to the row and its deadlines in one statement, if the request still has the
 * version that the change was decided on. Undefined if a concurrent change came first.
 *
 * Level n is due at `escalates_from` + step n. A release moves `escalates_from` so that the next
 * level is due no earlier than one first step from now and later levels keep their distance; a
 * reopening restarts it. Only Postgres' clock counts.
 */
export async function saveChange(
  tx: TenantTransaction,
  before: RequestRow,
  change: Change,
  author?: Author,
  reason?: string,
): Promise<SavedRow | undefined> {
  const reopened = change.event === "request.reopened";
  const released = change.event === "request.released";
  const { restored } = change;
  const closed = change.state !== "new" && change.state !== "claimed";
  const { rows } = await sql<SavedRow>`
    with old as (
      select * from jsonb_to_recordset(${JSON.stringify(restored?.deadlines ?? [])}::jsonb)
        as deadline (kind text, level integer, "dueAt" timestamptz)
    ), changed as (
      update request set
        state = ${change.state}, level = ${change.level}, version = request.version + 1,
          updated_at = now(),
        claimed_by = ${change.claimedBy}::uuid,
        claimed_at = case when ${change.claimedBy}::uuid is null then null
          when ${restored !== undefined}::boolean then
            coalesce(${restored?.claimedAt ?? null}::timestamptz, now())
          when claimed_by is null then now() else claimed_at end,
        closed_at = case when ${closed}::boolean then now() end,
        reason = ${reason ?? null}::text,
        seen_at = case when ${reopened && restored === undefined}::boolean then null else seen_at
          end,
        undo = case when ${author !== undefined}::boolean then jsonb_build_object(
          'by', ${author?.by ?? null}::text, 'sid', ${author?.sid ?? null}::text, 'at',
            clock_timestamp(), 'state', request.state,
          'level', request.level, 'claimedBy', claimed_by, 'claimedAt', claimed_at,
            'escalatesFrom', escalates_from,
          'deadlines', (select coalesce(jsonb_agg(jsonb_build_object('kind', kind, 'level',
            d.level, 'dueAt', due_at)), '[]')
            from deadline d where d.tenant_id = request.tenant_id and d.request_id = request.id))
              end,
        escalates_from = case
          when ${restored !== undefined}::boolean then
            ${restored?.escalatesFrom ?? null}::timestamptz
          when ${reopened}::boolean then now()
          when ${released}::boolean then greatest(escalates_from, now() + make_interval(secs =>
            coalesce(tenant.escalation_steps[1] - tenant.escalation_steps[request.level + 1], 0)))
          else escalates_from end
      from tenant
      where tenant.id = request.tenant_id and request.tenant_id = ${tx.tenantId} and request.id =
        ${before.id} and request.version = ${before.version}
      returning request.*, tenant.request_ttl_s, tenant.escalation_steps[request.level + 1] as step
    ), dropped as (
      delete from deadline using changed
      where deadline.tenant_id = changed.tenant_id and deadline.request_id = changed.id
        and (${closed}::boolean or (deadline.kind = 'escalation' and (changed.state <> 'new' or
          changed.step is null)))
    ), expiry as (
      insert into deadline (tenant_id, request_id, kind, level, due_at)
      select tenant_id, id, 'expiry', 0, now() + make_interval(secs => request_ttl_s) from changed
        where ${reopened && restored === undefined}::boolean
      union all
      select tenant_id, id, 'expiry', 0, old."dueAt" from changed, old where old.kind = 'expiry'
      on conflict (tenant_id, request_id, kind) do nothing
    ), escalation as (
      insert into deadline (tenant_id, request_id, kind, level, due_at)
      select tenant_id, id, 'escalation', level + 1, escalates_from + make_interval(secs => step)
      from changed where state = 'new' and step is not null and ${restored === undefined}::boolean
      union all
      select tenant_id, id, 'escalation', old.level, old."dueAt" from changed, old where old.kind
        = 'escalation' and state = 'new'
      on conflict (tenant_id, request_id, kind) do update set level = excluded.level, due_at =
        excluded.due_at
      returning request_id, level, due_at
    )
    ${selectRequests("changed", nextEscalation)}`.execute(tx);
  return rows[0];
}
