import { randomUUID } from "node:crypto";
import {
  prepareStatement,
  type Database,
  type Param,
  type TenantTransaction,
} from "@waiter/database";
import { AppError, fail } from "@waiter/errors";
import { sql, type RawBuilder } from "kysely";
import type { GuestActor, StaffActor, ViewOf } from "./actor.ts";
import { createdKinds } from "./count-deadlines.ts";
import { answerOnce, hashCommand, type RequestAnswer } from "./idempotency.ts";
import { findOpenRequest, viewFor } from "./request-row.ts";
import { inOrder } from "./in-order.ts";
import { refuseMuted } from "./lock-table.ts";
import { namedPerson, requirePerson } from "./require-person.ts";
import { requestEvent } from "./request-event.ts";
import { toResult, type CommandContext, type CommandResult, type Fresh } from "./run-command.ts";
import { wakeUps, type SavedRow } from "./save-change.ts";
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
}

/**
 * Creates a request: 201 with the new one, or 200 with the open request of this type at the table,
 * whichever session created it. Concurrent calls leave one open request.
 * @throws {AppError} `validation_failed` for an unknown type or a payment that the type does not
 * ask for, `not_found` for an unknown table, `table_full`.
 */
export async function createRequest<A extends GuestActor | StaffActor>(
  database: Database,
  input: CommandContext<A> & NewRequest,
): Promise<CommandResult<ViewOf<A>>> {
  const { tenantId, actor, idempotency, traceparent, guards, type, note, payment } = input;
  const place: Place = {
    ...input,
    tableId: actor.kind === "guest" ? actor.tableId : input.tableId,
  };
  const once = idempotency && {
    idempotency,
    hash: hashCommand(idempotency, [
      "create",
      place.tableId,
      type,
      note,
      payment,
      ...namedPerson(actor),
    ]),
  };
  const outcome = await answerOnce<
    { readonly request: ViewOf<A> },
    SavedRow | undefined,
    Fresh<ViewOf<A>>
  >(database, tenantId, once, {
    ...(guards && { guards }),
    start: (tx) => inOrder(requirePerson(tx, actor), insert(tx, place, actor)),
    finish: async (tx, inserted, store) => {
      const { row, created } = await findUnlessCreated(tx, place, actor, inserted);
      const answer: RequestAnswer<ViewOf<A>> = {
        status: created ? 201 : 200,
        body: { request: viewFor(actor, row) },
      };
      if (!created) {
        await store.save(answer);
        return { answer };
      }
      const event = requestEvent({ tenantId, actor, traceparent }, "request.created", row);
      const appended = await store.saveWith(answer, event, createdKinds);
      return { answer, event: appended, ...wakeUps(row) };
    },
  });
  return toResult(outcome);
}

type Place = NewRequest & { readonly traceparent?: string | undefined };
type Found =
  | { readonly row: Awaited<ReturnType<typeof findOpenRequest>> & object; readonly created: false }
  | { readonly row: SavedRow; readonly created: true };

/**
 * The open request may close between the insert that it blocked and the search for it; then the
 * insert is retried.
 */
const attempts = 5;

async function findUnlessCreated(
  tx: TenantTransaction,
  place: Place,
  actor: GuestActor | StaffActor,
  inserted: SavedRow | undefined,
): Promise<Found> {
  const { tableId } = place;
  if (tableId === undefined) return fail("not_found");
  let created = inserted;
  for (let attempt = 0; attempt < attempts; attempt++) {
    if (created !== undefined) return { row: created, created: true };
    await refuseUnknown(tx, place, tableId, actor);
    const open = await findOpenRequest(tx, tableId, place.type);
    if (open !== undefined) return { row: open, created: false };
    await refuseFull(tx, place, tableId);
    created = await insert(tx, place, actor);
  }
  return fail("unavailable");
}

/**
 * Inserts the request and its deadlines in one statement. Undefined if the type has an open
 * request, the table is full, or the table or type does not exist.
 */
async function insert(
  tx: TenantTransaction,
  { type, note, payment, tableId, maxOpen, traceparent }: Place,
  actor: GuestActor | StaffActor,
): Promise<SavedRow | undefined> {
  if (tableId === undefined) return undefined;
  const statement = actor.kind === "guest" ? insertOfGuest : insertOfStaff;
  const values = {
    type,
    note: note ?? null,
    payment: payment ?? null,
    guestSession: actor.kind === "guest" ? actor.sessionId : null,
  };
  const [made] = await statement.run(tx, {
    ...values,
    tenantId: tx.tenantId,
    id: randomUUID(),
    tableId,
    createdBy: actor.kind === "staff" ? actor.id : null,
    byStaff: actor.kind === "staff",
    maxOpen: maxOpen ?? null,
    traceparent: traceparent ?? null,
  });
  return made && { ...untouched, ...values, ...made, updatedAt: made.createdAt };
}

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
type Made = Pick<
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
  readonly traceparent: string | null;
}

/**
 * The place is read once, with its locks, and joined to the row that was inserted: of a guest's
 * request no person has to be looked up.
 */
const prepareInsert = (author: RawBuilder<unknown>) =>
  prepareStatement<InsertParams, Made>(
    (p) => sql<Made>`
    with place as materialized (
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
    )
    select r.id, r.table_id as "tableId", r.label as "tableLabel", r.created_by as "createdBy",
      ${author} as "createdByName", r.created_at as "createdAt", r.policy, r.late_at as "lateAt",
      case when escalates_at is not null then json_build_object('level', 1, 'inMs',
        greatest(0, ceil(1000 * extract(epoch from escalates_at - clock_timestamp())))) end
        as escalation
    from timed r`,
  );

const insertOfGuest = prepareInsert(sql`null`);
const insertOfStaff = prepareInsert(sql`(
  select name from staff where staff.tenant_id = r.tenant_id and staff.id = r.created_by)`);

const openCount = (p: Param<Pick<InsertParams, "tenantId" | "tableId">>) => sql<number>`(
  select count(*) from request open
  where open.tenant_id = ${p("tenantId")} and open.table_id = ${p("tableId")} and open.state in
    ('new', 'claimed'))::int`;

const countOpen = prepareStatement<{ tenantId: string; tableId: string }, { open: number }>(
  (p) => sql<{ open: number }>`select ${openCount(p)} as open`,
);

/** @throws {AppError} `table_full` */
async function refuseFull(
  tx: TenantTransaction,
  { maxOpen }: Place,
  tableId: string,
): Promise<void> {
  if (maxOpen === undefined) return;
  const [counted] = await countOpen.run(tx, { tenantId: tx.tenantId, tableId });
  if ((counted?.open ?? 0) >= maxOpen) fail("table_full");
}

async function refuseUnknown(
  tx: TenantTransaction,
  { type, payment, note }: Place,
  tableId: string,
  actor: GuestActor | StaffActor,
): Promise<void> {
  const { rows } = await sql<{
    mutedUntil: Date | null;
    asksPayment: boolean | null;
    allowsNote: boolean | null;
  }>`
    select case when muted_until > clock_timestamp() then muted_until end as "mutedUntil",
      type.asks_payment as "asksPayment", type.allows_note as "allowsNote"
    from dining_table left join request_type type
      on type.tenant_id = dining_table.tenant_id and type.key = ${type} and type.retired_at is null
    where dining_table.tenant_id = ${tx.tenantId} and dining_table.id = ${tableId} and
      dining_table.retired_at is null`.execute(tx);
  const found = rows[0] ?? fail("not_found");
  if (actor.kind === "guest" && found.mutedUntil !== null) refuseMuted(found.mutedUntil);
  const refuse = (path: string, message: string): never => {
    throw new AppError("validation_failed", { extra: { errors: [{ path, message }] } });
  };
  if (found.asksPayment === null) refuse("type", "is not a request type of this restaurant");
  if (found.asksPayment === false && payment !== undefined)
    refuse("payment", "is not asked for with this type");
  if (found.allowsNote === false && note !== undefined)
    refuse("note", "is not asked for with this type");
}
