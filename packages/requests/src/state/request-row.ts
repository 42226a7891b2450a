import type { EscalationPolicy, GuestRequest, Request, RequestState } from "@waiter/contracts";
import { audienceAt, defaultPolicy } from "@waiter/escalation";
import type { Actor, ViewOf } from "../actor.ts";
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
