import type { EscalationPolicy, GuestRequest, Request, RequestState } from "@waiter/contracts";
import { prepareStatement, type Param, type TenantTransaction } from "@waiter/database";
import { audienceAt, defaultPolicy } from "@waiter/escalation";
import { sql } from "kysely";
import type { Actor, ViewOf } from "../actor.ts";
import type { First } from "../idempotency/look-up-key.ts";
import { calledNames, selectRequests, selectWith } from "./select-requests.ts";
import type { RequestFacts } from "./transition.ts";

/** A request with the names that its views show. */
export interface RequestRow extends RequestFacts {
  readonly id: string;
  readonly tableLabel: string;
  readonly type: string;
  readonly state: RequestState;
  readonly note: string | null;
  readonly payment: "cash" | "card" | null;
  readonly guestSession: string | null;
  readonly createdBy: string | null;
  readonly createdByName: string | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly seenAt: Date | null;
  readonly claimedByName: string | null;
  readonly claimedByGuestName: string | null;
  readonly claimedAt: Date | null;
  readonly closedAt: Date | null;
  /** It is in the history: it can no longer change. */
  readonly isMoved?: true;
  readonly reason: string | null;
  readonly round: number;
  /** Null in rows of a release before rounds. */
  readonly policy: EscalationPolicy | null;
  readonly lateAt: Date | null;
  readonly unreachedAt: Date | null;
}

/** A request that a transaction has read by its id. */
export type FoundRequest = RequestRow & {
  /** When the transaction began, by Postgres' clock. */
  readonly now: Date;
};

/** What the last change replaced, while it can be undone. */
const undoable = sql`,
  case when (r.undo->>'at')::timestamptz > clock_timestamp() - interval '30 s' then
    jsonb_strip_nulls(r.undo) ||
    jsonb_build_object('claimedBy', r.undo->'claimedBy', 'claimedAt', r.undo->'claimedAt') end as
      undo`;

/** A request of the tenant by its id, open or in the history; takes no lock. */
export async function findRequest(
  tx: TenantTransaction,
  id: string,
): Promise<FoundRequest | undefined> {
  const [row] = await selectById.run(tx, { tenantId: tx.tenantId, id });
  return row ?? (await findMoved(tx, id));
}

const byId = (p: Param<{ tenantId: string; id: string }>) => sql<FoundRequest>`
  ${selectWith(calledNames, sql`${undoable}, now() as now`)}
  from request r
  join dining_table on dining_table.tenant_id = r.tenant_id and dining_table.id = r.table_id
  where r.tenant_id = ${p("tenantId")} and r.id = ${p("id")}`;
const selectById = prepareStatement<{ tenantId: string; id: string }, FoundRequest>(byId);

const firstById = { select: byId };
/** {@link findRequest} as a command's first statement, without the history. */
export const firstRequest = (id: string): First<FoundRequest> => ({
  statement: firstById,
  params: { id },
});

/** A request that was moved to the history can no longer change. */
export async function findMoved(
  tx: TenantTransaction,
  id: string,
): Promise<FoundRequest | undefined> {
  const [moved] = await selectMoved.run(tx, { tenantId: tx.tenantId, id });
  return moved;
}

const selectMoved = prepareStatement<{ tenantId: string; id: string }, FoundRequest>(
  (p) => sql<FoundRequest>`
    ${selectRequests("request_history", sql`, true as "isMoved", now() as now`)}
    where r.tenant_id = ${p("tenantId")} and r.id = ${p("id")}`,
);

/**
 * The open request of this type at this table, if any. Waits for a transaction that changes it, and
 * keeps it open until the own transaction ends.
 */
export async function findOpenRequest(
  tx: TenantTransaction,
  tableId: string,
  type: string,
): Promise<RequestRow | undefined> {
  const { rows } = await sql<RequestRow>`${selectRequests("request")}
    where r.tenant_id = ${tx.tenantId} and r.table_id = ${tableId} and r.type = ${type} and
      r.state in ('new', 'claimed') for share of r`.execute(tx);
  return rows[0];
}

/** What both views show. */
const shared = (row: RequestRow) => ({
  id: row.id,
  table: { id: row.tableId, label: row.tableLabel },
  type: row.type,
  state: row.state,
  level: row.level,
  round: row.round,
  version: row.version,
  ...(row.lateAt !== null && { lateAt: row.lateAt.toISOString() }),
  ...(row.payment !== null && { payment: row.payment }),
  createdAt: row.createdAt.toISOString(),
  updatedAt: row.updatedAt.toISOString(),
  ...(row.seenAt !== null && { seenAt: row.seenAt.toISOString() }),
  ...(row.claimedAt !== null && { claimedAt: row.claimedAt.toISOString() }),
  ...(row.closedAt !== null && { closedAt: row.closedAt.toISOString() }),
});

/** As staff see it. */
export const toRequest = (row: RequestRow): Request => ({
  ...shared(row),
  audience: audienceAt(row.policy ?? defaultPolicy, row.level),
  ...(row.note !== null && { note: row.note }),
  ...(row.claimedBy !== null && {
    claimedBy: { id: row.claimedBy, name: row.claimedByName ?? "" },
  }),
  ...(row.reason !== null && { reason: row.reason }),
  ...(row.createdBy !== null && {
    createdBy: { id: row.createdBy, name: row.createdByName ?? "" },
  }),
});

/**
 * The view of the table's guests: no staff ids, no reason, and the note only for the session that
 * wrote it. The table's room gets the view of no session, so no note.
 */
export const toGuestRequest = (row: RequestRow, sessionId?: string): GuestRequest => ({
  ...shared(row),
  ...(row.unreachedAt !== null && row.state === "new" && { reach: "none" }),
  ...(row.claimedByGuestName !== null && { claimedBy: { name: row.claimedByGuestName } }),
  ...(sessionId !== undefined && ownView(row, sessionId)),
});

/** What a guest alone reads of the own requests. */
const ownView = ({ guestSession, note }: RequestRow, sessionId: string) => ({
  own: guestSession === sessionId,
  ...(note !== null && guestSession === sessionId && { note }),
});

/** The table's room receives this. */
export const guestPayload = (row: RequestRow): { tableId: string; payload: string } => ({
  tableId: row.tableId,
  payload: JSON.stringify({ request: toGuestRequest(row) }),
});

/** A request as `actor` sees it. */
export const viewFor = <A extends Actor>(actor: A, row: RequestRow): ViewOf<A> =>
  (actor.kind === "guest" ? toGuestRequest(row, actor.sessionId) : toRequest(row)) as ViewOf<A>;
