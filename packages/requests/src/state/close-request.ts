import { prepareStatement, type Param, type TenantTransaction } from "@waiter/database";
import { sql } from "kysely";
import type { FoundRequest, RequestRow } from "./request-row.ts";
import type { ChangeSource, SavedRow } from "./saved-row.ts";
import type { Change } from "./transition.ts";

/** The change ends a request and leaves its claimer: no name and no policy has to be read. */
export const closes = (before: RequestRow, { state, claimedBy, restored }: Change): boolean =>
  state !== "new" &&
  state !== "claimed" &&
  restored === undefined &&
  claimedBy === before.claimedBy;

/** A closing that was decided and not sent yet, and the request after it. */
export interface Closing {
  readonly row: SavedRow;
  readonly params: CloseParams;
}

/**
 * The closing of a request that was found in this transaction. What a closing leaves as it is is
 * taken from `before`; its time is the transaction's.
 */
export function decideClosing(
  tx: TenantTransaction,
  before: FoundRequest,
  { state, level }: Change,
  source: ChangeSource,
): Closing {
  const { id, version, now } = before;
  const { author, reason = null } = source;
  return {
    row: {
      ...before,
      state,
      level,
      version: version + 1,
      updatedAt: now,
      closedAt: now,
      unreachedAt: null,
      reason,
      escalation: null,
      rings: false,
    },
    params: {
      tenantId: tx.tenantId,
      requestId: id,
      version,
      state,
      level,
      reason,
      by: author?.by ?? null,
      sid: author?.sid ?? null,
    },
  };
}

/**
 * Closes the request if it still has the version that the closing was decided on: the row, its
 * deadlines and the deliveries that are still due, in one statement. Undefined if a concurrent
 * change came first.
 */
export async function closeRequest(
  tx: TenantTransaction,
  { row, params }: Closing,
): Promise<SavedRow | undefined> {
  const [closed] = await updateClosed.run(tx, params);
  return closed && row;
}

export interface CloseParams {
  readonly tenantId: string;
  readonly requestId: string;
  readonly version: number;
  readonly state: string;
  readonly level: number;
  readonly reason: string | null;
  readonly by: string | null;
  readonly sid: string | null;
}
/**
 * What the change replaces, for 30 s of undo; null without an author. Reads the deadlines that the
 * same statement deletes: all its parts see the database as it was.
 */
export const undoOf = (p: Param<Pick<CloseParams, "by" | "sid">>) => sql`
  case when ${p("by")}::text is not null then jsonb_build_object(
    'by', ${p("by")}::text, 'sid', ${p("sid")}::text, 'at', clock_timestamp(),
    'state', request.state, 'level', request.level, 'claimedBy', claimed_by,
    'claimedAt', claimed_at, 'escalatesFrom', escalates_from, 'deadlines', array(
      select jsonb_build_object('kind', kind, 'level', d.level, 'dueAt', due_at)
      from deadline d where d.tenant_id = request.tenant_id and d.request_id = request.id)) end`;

/**
 * The closing as CTEs: `changed` returns a row if the request still had the version. It reads all
 * of them, so that an append that reads `changed` locks the tenant's counter after them.
 */
export const closing = (p: Param<CloseParams>) => sql`
    closed as (
      update request set state = ${p("state")}, level = ${p("level")},
        version = request.version + 1, updated_at = now(), closed_at = now(), unreached_at = null,
        reason = ${p("reason")}::text, undo = ${undoOf(p)}
      where request.tenant_id = ${p("tenantId")} and request.id = ${p("requestId")}
        and request.version = ${p("version")}
      returning true
    ), dropped as (
      delete from deadline where tenant_id = ${p("tenantId")} and request_id = ${p("requestId")}
        and exists (select from closed)
      returning true
    ), delivered as (
      update delivery set state = 'superseded', reason = 'taken', ended_at = clock_timestamp()
      where tenant_id = ${p("tenantId")} and request_id = ${p("requestId")} and state = 'due'
        and exists (select from closed)
      returning true
    ), changed as (
      select from closed where cardinality(array(select true from dropped)) >= 0
        and cardinality(array(select true from delivered)) >= 0
    )`;

const updateClosed = prepareStatement<CloseParams, object>(
  (p) => sql<object>`with ${closing(p)} select from changed`,
);
