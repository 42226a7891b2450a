import { randomUUID } from "node:crypto";
import { prepareStatement, type Param, type TenantTransaction } from "@waiter/database";
import { sql, type RawBuilder } from "kysely";
import type { GuestActor, StaffActor } from "../actor.ts";
import type { First } from "../state/first-statement.ts";
import type { SavedRow } from "../state/saved-row.ts";
import { tenantPolicy } from "./tenant-policy.ts";

export interface NewRequest {
  /** Key of a request type. */
  readonly type: string;
  readonly note?: string | undefined;
  readonly payment?: "cash" | "card" | undefined;
  /** The table of a request that staff enter; a guest's own table is the actor's. */
  readonly tableId?: string | undefined;
  /** Requests that may be open at the table; without it, one per request type. */
  readonly maxOpen?: number | undefined;
  /** Open requests of the restaurant from which on only a table without one gets one. */
  readonly maxOpenInAll?: number | undefined;
}

/** A new request, and the trace of the command that makes it. */
export type Place = NewRequest & { readonly traceparent?: string | undefined };

/**
 * Inserts the request and its deadlines in one statement, as a command's first one. No row if the
 * type has an open request, the table or the restaurant is full, or the table or type does not
 * exist. Undefined without a table.
 */
export const firstInsert = (
  tenantId: string,
  place: Place,
  actor: GuestActor | StaffActor,
): First<Made> | undefined =>
  place.tableId === undefined
    ? undefined
    : { statement: partsOf(actor), params: paramsOf(tenantId, place, actor) };

/** {@link firstInsert} by itself. */
export async function insertRequest(
  tx: TenantTransaction,
  place: Place,
  actor: GuestActor | StaffActor,
): Promise<Made | undefined> {
  const [made] = await partsOf(actor).insert.run(tx, paramsOf(tx.tenantId, place, actor));
  return made;
}

const partsOf = ({ kind }: GuestActor | StaffActor) => (kind === "guest" ? ofGuest : ofStaff);

const paramsOf = (
  tenantId: string,
  { type, note, payment, tableId = "", maxOpen, maxOpenInAll, traceparent }: Place,
  actor: GuestActor | StaffActor,
): InsertParams => ({
  tenantId,
  id: randomUUID(),
  tableId,
  type,
  note: note ?? null,
  payment: payment ?? null,
  guestSession: actor.kind === "guest" ? actor.sessionId : null,
  createdBy: actor.kind === "staff" ? actor.id : null,
  byStaff: actor.kind === "staff",
  maxOpen: maxOpen ?? null,
  maxOpenInAll: maxOpenInAll ?? null,
  traceparent: traceparent ?? null,
});

/** The request that an insert made. */
export const insertedRow = (
  { type, note, payment }: Place,
  actor: GuestActor | StaffActor,
  made: Made,
): SavedRow => ({
  ...untouched,
  type,
  note: note ?? null,
  payment: payment ?? null,
  guestSession: actor.kind === "guest" ? actor.sessionId : null,
  ...made,
  updatedAt: made.createdAt,
});

/** What every request begins with, as its columns' defaults say: not read back. */
const untouched = {
  state: "new",
  level: 0,
  version: 1,
  round: 1,
  seenAt: null,
  claimedBy: null,
  claimedByName: null,
  claimedByGuestName: null,
  claimedAt: null,
  closedAt: null,
  reason: null,
  unreachedAt: null,
  rings: true,
} as const;

/** What the insert decides, and ids in the form that Postgres gives them. */
export type Made = Pick<
  SavedRow,
  | "id"
  | "tableId"
  | "tableLabel"
  | "createdBy"
  | "createdByName"
  | "createdAt"
  | "policy"
  | "lateAt"
  | "escalation"
>;

interface InsertParams {
  readonly tenantId: string;
  /** Postgres takes 7 us for a random id. */
  readonly id: string;
  readonly tableId: string;
  readonly type: string;
  readonly note: string | null;
  readonly payment: string | null;
  readonly guestSession: string | null;
  readonly createdBy: string | null;
  readonly byStaff: boolean;
  readonly maxOpen: number | null;
  readonly maxOpenInAll: number | null;
  readonly traceparent: string | null;
}

type InsertParam = Param<InsertParams>;

/**
 * The place is read once, with its locks, and joined to the row that was inserted: of a guest's
 * request no person has to be looked up.
 *
 * @param isKnown whether the author exists: one who does not must not fail the lookup of the key
 */
const insertOf = (
  author: RawBuilder<unknown>,
  isKnown: (param: InsertParam) => RawBuilder<unknown> = () => sql`true`,
) => {
  const ctes = (p: InsertParam) => sql`
    place as materialized (
      select dining_table.id as table_id, dining_table.label, request_type.key,
        request_type.late_after_s, tenant.request_ttl_s,
        ${tenantPolicy} as policy
      from request_type join dining_table on dining_table.tenant_id = request_type.tenant_id
      join tenant on tenant.id = request_type.tenant_id
      where request_type.tenant_id = ${p("tenantId")} and request_type.key = ${p("type")} and
        dining_table.id = ${p("tableId")}
        and request_type.retired_at is null and dining_table.retired_at is null
        and (request_type.asks_payment or ${p("payment")}::text is null)
        and (request_type.allows_note or ${p("note")}::text is null)
        and (${p("byStaff")}::boolean or dining_table.muted_until is null or
          dining_table.muted_until <= clock_timestamp())
        and (${p("maxOpen")}::int is null or ${openCount(p)} < ${p("maxOpen")}::int)
        and (${p("maxOpenInAll")}::int is null or ${openCount(p)} = 0 or not ${isFull(p)})
        and ${isKnown(p)}
      for share of dining_table
    ), created as (
      insert into request (tenant_id, id, table_id, type, note, payment, guest_session,
        created_by, policy, late_at)
      select ${p("tenantId")}::uuid, ${p("id")}::uuid, table_id, key, ${p("note")}::text, ${p("payment")}::text,
        ${p("guestSession")}::uuid, ${p("createdBy")}::uuid, policy,
        now() + make_interval(secs => late_after_s)
      from place
      on conflict (tenant_id, table_id, type) where state in ('new', 'claimed') do nothing
      returning *
    ), timed as materialized (
      select r.*, place.label, place.request_ttl_s,
        r.escalates_from + make_interval(secs => policy_offset_s(r.policy, 1)) as escalates_at
      from created r, place
    ), written as (
      insert into deadline (tenant_id, request_id, kind, level, due_at, traceparent)
      select tenant_id, id, first.kind, first.level, first.due_at, ${p("traceparent")}::text
      from timed, lateral (values
        ('expiry', 0, created_at + make_interval(secs => request_ttl_s)),
        ('ring', 0, created_at),
        ('escalation', 1, escalates_at)
      ) as first (kind, level, due_at)
      where first.due_at is not null
    )`;
  const select = () => sql<Made>`
    select r.id, r.table_id as "tableId", r.label as "tableLabel", r.created_by as "createdBy",
      ${author} as "createdByName", r.created_at as "createdAt", r.policy, r.late_at as "lateAt",
      case when escalates_at is not null then json_build_object('level', 1, 'inMs',
        greatest(0, ceil(1000 * extract(epoch from escalates_at - clock_timestamp())))) end
        as escalation
    from timed r`;
  const insert = prepareStatement<InsertParams, Made>(
    (p) => sql<Made>`with ${ctes(p)} ${select()}`,
  );
  return { ctes, select, insert };
};

const ofGuest = insertOf(sql`null`);
const ofStaff = insertOf(
  sql`(select name from staff where staff.tenant_id = r.tenant_id and staff.id = r.created_by)`,
  (p) => sql`exists (select from staff
    where staff.tenant_id = ${p("tenantId")} and staff.id = ${p("createdBy")}::uuid)`,
);

/** An array: Postgres prepares it in half the time of an aggregate. */
const openCount = (p: Param<Pick<InsertParams, "tenantId" | "tableId">>) => sql<number>`
  cardinality(array(select true from request open
    where open.tenant_id = ${p("tenantId")} and open.table_id = ${p("tableId")}
      and open.state in ('new', 'claimed')))`;

/** Reads no more entries of the index of open requests than the limit. */
const isFull = (p: Param<Pick<InsertParams, "tenantId" | "maxOpenInAll">>) => sql<boolean>`
  exists (select from request busy
    where busy.tenant_id = ${p("tenantId")} and busy.state in ('new', 'claimed')
    offset ${p("maxOpenInAll")}::int - 1 limit 1)`;

/** Whether the restaurant has so many open requests. */
export const findFull = prepareStatement<
  { tenantId: string; maxOpenInAll: number },
  { isFull: boolean }
>((p) => sql<{ isFull: boolean }>`select ${isFull(p)} as "isFull"`);

/** How many requests are open at a table. */
export const countOpen = prepareStatement<{ tenantId: string; tableId: string }, { open: number }>(
  (p) => sql<{ open: number }>`select ${openCount(p)} as open`,
);
