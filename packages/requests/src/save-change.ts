import type { TenantTransaction } from "@waiter/database";
import { sql } from "kysely";
import { selectRequests, type RequestRow } from "./request-row.ts";
import type { Change } from "./transition.ts";

/** The next level and the ms until it is due, by Postgres' clock; never negative. */
export interface NextEscalation {
  readonly level: number;
  readonly inMs: number;
}
/** A round that began: the audience of `level` is to be rung now. */
export interface NextRing {
  readonly level: number;
  readonly round: number;
}
/** Deadlines to schedule after COMMIT. */
export interface WakeUps {
  readonly escalation?: NextEscalation;
  readonly ring?: NextRing;
}

export type SavedRow = RequestRow & {
  readonly escalation: NextEscalation | null;
  /** The statement wrote a deadline for a round's first step. */
  readonly rings: boolean;
};

export const wakeUps = ({ escalation, rings, level, round }: SavedRow): WakeUps => ({
  ...(escalation !== null && { escalation }),
  ...(rings && { ring: { level, round } }),
});

/** Joins the deadlines that the statement has just `written`. */
export const nextDeadlines = sql`, (
  select json_build_object('level', w.level, 'inMs', greatest(0, ceil(1000 * extract(epoch from
    w.due_at - clock_timestamp()))))
  from written w where w.request_id = r.id and w.kind = 'escalation') as escalation,
  exists (select from written w where w.request_id = r.id and w.kind = 'ring') as rings`;

/** Who made a change, for 30 s of undo: a guest session, or a person and the device's session. */
export interface Author {
  readonly by: string;
  readonly sid?: string | undefined;
}

/**
 * Applies a change to the row, its deadlines and its deliveries in one statement, if the request
 * still has the version that the change was decided on. Undefined if a concurrent change came
 * first.
 *
 * A request that becomes `new` begins a round, except where an undo restores it: the level kept
 * rings now, and level n is due at `escalates_from` + its offset, so that the pauses of the policy
 * count from the round's beginning. Only Postgres' clock counts. What leaves `new` supersedes the
 * deliveries that are still due; an undo makes them due again.
 */
export async function saveChange(
  tx: TenantTransaction,
  before: RequestRow,
  change: Change,
  author?: Author,
  reason?: string,
): Promise<SavedRow | undefined> {
  const { restored } = change;
  const reopened = change.event === "request.reopened" && restored === undefined;
  const closed = change.state !== "new" && change.state !== "claimed";
  const begins = change.state === "new" && before.state !== "new" && restored === undefined;
  const claims = change.state === "claimed" && before.state !== "claimed" && restored === undefined;
  const revives = change.state === "new" && restored !== undefined;
  const { rows } = await sql<SavedRow>`
    with old as (
      select * from jsonb_to_recordset(${JSON.stringify(restored?.deadlines ?? [])}::jsonb)
        as deadline (kind text, level integer, "dueAt" timestamptz)
    ), changed as (
      update request set
        state = ${change.state}, level = ${change.level}, version = request.version + 1,
          updated_at = now(),
        round = request.round + ${begins ? 1 : 0}::integer,
        policy = coalesce(request.policy,
          effective_policy(tenant.escalation, tenant.escalation_steps)),
        unreached_at = case when ${change.state === "new" && !begins}::boolean then unreached_at end,
        claimed_by = ${change.claimedBy}::uuid,
        claimed_at = case when ${change.claimedBy}::uuid is null then null
          when ${restored !== undefined}::boolean then
            coalesce(${restored?.claimedAt ?? null}::timestamptz, now())
          when claimed_by is null then now() else claimed_at end,
        closed_at = case when ${closed}::boolean then now() end,
        reason = ${reason ?? null}::text,
        seen_at = case when ${reopened}::boolean then null else seen_at end,
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
          when ${begins}::boolean then now() - make_interval(secs => coalesce(policy_offset_s(
            coalesce(request.policy, effective_policy(tenant.escalation,
              tenant.escalation_steps)), ${change.level}::integer), 0))
          else escalates_from end
      from tenant
      where tenant.id = request.tenant_id and request.tenant_id = ${tx.tenantId} and request.id =
        ${before.id} and request.version = ${before.version}
      returning request.*, tenant.request_ttl_s,
        policy_offset_s(request.policy, request.level + 1) as next_s
    ), dropped as (
      delete from deadline using changed
      where deadline.tenant_id = changed.tenant_id and deadline.request_id = changed.id
        and (${closed}::boolean
          or (deadline.kind in ('escalation', 'ring') and changed.state <> 'new')
          or (deadline.kind = 'escalation' and changed.next_s is null)
          or (deadline.kind = 'not_done' and changed.state <> 'claimed'))
    ), written as (
      insert into deadline (tenant_id, request_id, kind, level, due_at)
      select tenant_id, id, 'expiry', 0, now() + make_interval(secs => request_ttl_s) from changed
        where ${reopened}::boolean
      union all
      select tenant_id, id, 'ring', level, now() from changed where ${begins}::boolean
      union all
      select tenant_id, id, 'escalation', level + 1, escalates_from + make_interval(secs => next_s)
      from changed where state = 'new' and next_s is not null and ${restored === undefined}::boolean
      union all
      select tenant_id, id, 'not_done', 0,
        now() + make_interval(secs => (policy->>'doneAfterS')::integer)
      from changed where ${claims}::boolean and (policy->>'doneAfterS')::integer > 0
      union all
      select tenant_id, id, old.kind, old.level, old."dueAt" from changed, old
      where old.kind = 'expiry' or old.kind = case state when 'claimed' then 'not_done'
        when 'new' then 'ring' end or (old.kind = 'escalation' and state = 'new')
      on conflict (tenant_id, request_id, kind) do update set level = excluded.level, due_at =
        excluded.due_at
      returning request_id, kind, level, due_at
    ), delivered as (
      update delivery set
        state = case when ${revives}::boolean then 'due' else 'superseded' end,
        reason = case when not ${revives}::boolean then 'taken' end,
        ended_at = case when not ${revives}::boolean then clock_timestamp() end
      from changed
      where delivery.tenant_id = changed.tenant_id and delivery.request_id = changed.id and case
        when ${revives}::boolean then delivery.state = 'superseded' and delivery.reason = 'taken'
          and delivery.round = changed.round and delivery.step = changed.level
        else changed.state <> 'new' and delivery.state = 'due' end
    )
    ${selectRequests("changed", nextDeadlines)}`.execute(tx);
  return rows[0];
}
