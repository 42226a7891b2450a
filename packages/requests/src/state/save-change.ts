import { prepareStatement, type TenantTransaction } from "@waiter/database";
import { sql } from "kysely";
import { closeRequest, closes, decideClosing, undoOf } from "./close-request.ts";
import { beginsRound, claims, reopens } from "./count-deadlines.ts";
import type { FoundRequest } from "./request-row.ts";
import type { ChangeSource, SavedRow } from "./saved-row.ts";
import { selectRequests } from "./select-requests.ts";
import type { Change } from "./transition.ts";

/** Joins the deadlines that the statement has just `written`. */
export const nextDeadlines = sql`, (
  select json_build_object('level', w.level, 'inMs', greatest(0, ceil(1000 * extract(epoch from
    w.due_at - clock_timestamp()))))
  from written w where w.request_id = r.id and w.kind = 'escalation') as escalation,
  exists (select from written w where w.request_id = r.id and w.kind = 'ring') as rings`;

/**
 * Applies a change to the row, its deadlines and its deliveries in one statement, if the request
 * still has the version that the change was decided on. Undefined if a concurrent change came
 * first.
 *
 * A request that becomes `new` begins a round, except where an undo restores it: the level kept
 * rings now, and level n is due at `escalates_from` + its offset, so that the pauses of the policy
 * count from the round's beginning; see `countFromEvent`. Only Postgres' clock counts. What leaves
 * `new` supersedes the deliveries that are still due; an undo makes them due again.
 */
export async function saveChange(
  tx: TenantTransaction,
  before: FoundRequest,
  change: Change,
  source: ChangeSource,
): Promise<SavedRow | undefined> {
  const { restored } = change;
  if (closes(before, change))
    return await closeRequest(tx, decideClosing(tx, before, change, source));
  const { author, reason, traceparent } = source;
  const begins = beginsRound(before, change);
  const [row] = await updateRequest.run(tx, {
    tenantId: tx.tenantId,
    id: before.id,
    version: before.version,
    state: change.state,
    level: change.level,
    claimedBy: change.claimedBy,
    closed: change.state !== "new" && change.state !== "claimed",
    reason: reason ?? null,
    reopened: reopens(change),
    begins,
    claims: claims(before, change),
    revives: change.state === "new" && restored !== undefined,
    keepsUnreached: change.state === "new" && !begins,
    isRestored: restored !== undefined,
    claimedAt: restored?.claimedAt ?? null,
    escalatesFrom: restored?.escalatesFrom ?? null,
    deadlines: JSON.stringify(restored?.deadlines ?? []),
    by: author?.by ?? null,
    sid: author?.sid ?? null,
    traceparent: traceparent ?? null,
  });
  return row;
}

interface ChangeParams {
  readonly tenantId: string;
  readonly id: string;
  readonly version: number;
  readonly state: string;
  readonly level: number;
  readonly claimedBy: string | null;
  readonly closed: boolean;
  readonly reason: string | null;
  readonly reopened: boolean;
  readonly begins: boolean;
  readonly claims: boolean;
  readonly revives: boolean;
  readonly keepsUnreached: boolean;
  readonly isRestored: boolean;
  readonly claimedAt: string | null;
  readonly escalatesFrom: string | null;
  readonly deadlines: string;
  readonly by: string | null;
  readonly sid: string | null;
  readonly traceparent: string | null;
}

const updateRequest = prepareStatement<ChangeParams, SavedRow>(
  (p) => sql<SavedRow>`
    with old as (
      select * from jsonb_to_recordset(${p("deadlines")}::jsonb)
        as deadline (kind text, level integer, "dueAt" timestamptz)
    ), changed as (
      update request set
        state = ${p("state")}, level = ${p("level")}, version = request.version + 1,
          updated_at = now(),
        round = request.round + ${p("begins")}::boolean::integer,
        policy = coalesce(request.policy,
          effective_policy(tenant.escalation, tenant.escalation_steps)),
        unreached_at = case when ${p("keepsUnreached")}::boolean then unreached_at end,
        claimed_by = ${p("claimedBy")}::uuid,
        claimed_at = case when ${p("claimedBy")}::uuid is null then null
          when ${p("isRestored")}::boolean then
            coalesce(${p("claimedAt")}::timestamptz, now())
          when claimed_by is null then now() else claimed_at end,
        closed_at = case when ${p("closed")}::boolean then now() end,
        reason = ${p("reason")}::text,
        seen_at = case when ${p("reopened")}::boolean then null else seen_at end,
        undo = ${undoOf(p)},
        escalates_from = case
          when ${p("isRestored")}::boolean then
            ${p("escalatesFrom")}::timestamptz
          when ${p("begins")}::boolean then now() - make_interval(secs => coalesce(policy_offset_s(
            coalesce(request.policy, effective_policy(tenant.escalation,
              tenant.escalation_steps)), ${p("level")}::integer), 0))
          else escalates_from end
      from tenant
      where tenant.id = request.tenant_id and request.tenant_id = ${p("tenantId")} and request.id =
        ${p("id")} and request.version = ${p("version")}
      returning request.*, tenant.request_ttl_s,
        policy_offset_s(request.policy, request.level + 1) as next_s
    ), dropped as (
      delete from deadline using changed
      where deadline.tenant_id = changed.tenant_id and deadline.request_id = changed.id
        and (${p("closed")}::boolean
          or (deadline.kind in ('escalation', 'ring') and changed.state <> 'new')
          or (deadline.kind = 'escalation' and changed.next_s is null)
          or (deadline.kind = 'not_done' and changed.state <> 'claimed'))
    ), written as (
      insert into deadline (tenant_id, request_id, kind, level, due_at, traceparent)
      select new.*, ${p("traceparent")}::text from (
      select tenant_id, id, 'expiry', 0, now() + make_interval(secs => request_ttl_s) from changed
        where ${p("reopened")}::boolean
      union all
      select tenant_id, id, 'ring', level, now() from changed where ${p("begins")}::boolean
      union all
      select tenant_id, id, 'escalation', level + 1, escalates_from + make_interval(secs => next_s)
      from changed where state = 'new' and next_s is not null and not ${p("isRestored")}::boolean
      union all
      select tenant_id, id, 'not_done', 0,
        now() + make_interval(secs => (policy->>'doneAfterS')::integer)
      from changed where ${p("claims")}::boolean and (policy->>'doneAfterS')::integer > 0
      union all
      select tenant_id, id, old.kind, old.level, old."dueAt" from changed, old
      where old.kind = 'expiry' or old.kind = case state when 'claimed' then 'not_done'
        when 'new' then 'ring' end or (old.kind = 'escalation' and state = 'new')
      ) as new
      on conflict (tenant_id, request_id, kind) do update set level = excluded.level, due_at =
        excluded.due_at, claimed_until = null, traceparent = excluded.traceparent
      returning request_id, kind, level, due_at
    ), delivered as (
      update delivery set
        state = case when ${p("revives")}::boolean then 'due' else 'superseded' end,
        reason = case when not ${p("revives")}::boolean then 'taken' end,
        ended_at = case when not ${p("revives")}::boolean then clock_timestamp() end,
        tries = case when ${p("revives")}::boolean then 0 else tries end
      from changed
      where delivery.tenant_id = changed.tenant_id and delivery.request_id = changed.id and case
        when ${p("revives")}::boolean then delivery.state = 'superseded' and delivery.reason = 'taken'
          and delivery.round = changed.round and delivery.step = changed.level
        else changed.state <> 'new' and delivery.state = 'due' end
    )
    ${selectRequests("changed", nextDeadlines)}`,
);
