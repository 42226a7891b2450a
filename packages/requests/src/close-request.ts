import { prepareStatement, type Param, type TenantTransaction } from "@waiter/database";
import { sql } from "kysely";
import type { RequestRow } from "./request-row.ts";
import type { ChangeSource, SavedRow } from "./save-change.ts";
import type { Change } from "./transition.ts";

/** The change ends a request and leaves its claimer: no name and no policy has to be read. */
export const closes = (before: RequestRow, { state, claimedBy, restored }: Change): boolean =>
  state !== "new" &&
  state !== "claimed" &&
  restored === undefined &&
  claimedBy === before.claimedBy;

/**
 * Closes a request that still has the version that the change was decided on: the row, its
 * deadlines and the deliveries that are still due, in one statement. What a closing leaves as it is
 * is taken from `before`.
 */
export async function closeRequest(
  tx: TenantTransaction,
  before: RequestRow,
  { state, level }: Change,
  { author, reason }: ChangeSource,
): Promise<SavedRow | undefined> {
  const [closed] = await updateClosed.run(tx, {
    tenantId: tx.tenantId,
    id: before.id,
    version: before.version,
    state,
    level,
    reason: reason ?? null,
    by: author?.by ?? null,
    sid: author?.sid ?? null,
  });
  return closed && { ...before, ...closed, escalation: null, rings: false };
}

interface CloseParams {
  readonly tenantId: string;
  readonly id: string;
  readonly version: number;
  readonly state: string;
  readonly level: number;
  readonly reason: string | null;
  readonly by: string | null;
  readonly sid: string | null;
}
type Closed = Pick<
  RequestRow,
  "state" | "level" | "version" | "updatedAt" | "closedAt" | "unreachedAt" | "reason"
>;

/**
 * What the change replaces, for 30 s of undo; null without an author. Reads the deadlines that the
 * same statement deletes: all its parts see the database as it was.
 */
export const undoOf = (p: Param<Pick<CloseParams, "by" | "sid">>) => sql`
  case when ${p("by")}::text is not null then jsonb_build_object(
    'by', ${p("by")}::text, 'sid', ${p("sid")}::text, 'at', clock_timestamp(),
    'state', request.state, 'level', request.level, 'claimedBy', claimed_by,
    'claimedAt', claimed_at, 'escalatesFrom', escalates_from, 'deadlines', (
      select coalesce(jsonb_agg(jsonb_build_object('kind', kind, 'level', d.level,
        'dueAt', due_at)), '[]')
      from deadline d where d.tenant_id = request.tenant_id and d.request_id = request.id)) end`;

const updateClosed = prepareStatement<CloseParams, Closed>(
  (p) => sql<Closed>`
    with changed as (
      update request set state = ${p("state")}, level = ${p("level")},
        version = request.version + 1, updated_at = now(), closed_at = now(), unreached_at = null,
        reason = ${p("reason")}::text, undo = ${undoOf(p)}
      where request.tenant_id = ${p("tenantId")} and request.id = ${p("id")}
        and request.version = ${p("version")}
      returning state, level, version, updated_at as "updatedAt", closed_at as "closedAt",
        unreached_at as "unreachedAt", reason
    ), dropped as (
      delete from deadline where tenant_id = ${p("tenantId")} and request_id = ${p("id")}
        and exists (select from changed)
    ), delivered as (
      update delivery set state = 'superseded', reason = 'taken', ended_at = clock_timestamp()
      where tenant_id = ${p("tenantId")} and request_id = ${p("id")} and state = 'due'
        and exists (select from changed)
    )
    select * from changed`,
);
