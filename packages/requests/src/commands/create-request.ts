import type { Database, TenantTransaction } from "@waiter/database";
import { AppError, fail } from "@waiter/errors";
import { sql } from "kysely";
import type { GuestActor, StaffActor, ViewOf } from "../actor.ts";
import { createdKinds } from "../state/count-deadlines.ts";
import { answerOnce, hashCommand } from "../idempotency/idempotency.ts";
import type { RequestAnswer } from "../idempotency/stored-answer.ts";
import {
  countOpen,
  findFull,
  firstInsert,
  insertedRow,
  insertRequest,
  type Made,
  type NewRequest,
  type Place,
} from "./insert-request.ts";
import { findOpenRequest } from "../state/find-request.ts";
import { viewFor } from "../state/request-row.ts";
import { refuseMuted } from "../state/lock-table.ts";
import { namedPerson, requirePerson } from "./require-person.ts";
import { requestEvent } from "../state/request-event.ts";
import { toResult, type CommandContext, type CommandResult, type Fresh } from "./run-command.ts";
import { wakeUps, type SavedRow } from "../state/saved-row.ts";

/**
 * Creates a request: 201 with the new one, or 200 with the open request of this type at the table,
 * whichever session created it. Concurrent calls leave one open request.
 * @throws {AppError} `validation_failed` for an unknown type or a payment that the type does not
 * ask for, `not_found` for an unknown table, `table_full` where the table has too many open
 * requests, or has one and the restaurant has too many.
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
  const outcome = await answerOnce<{ readonly request: ViewOf<A> }, Made, Fresh<ViewOf<A>>>(
    database,
    tenantId,
    once,
    {
      ...(guards && { guards }),
      first: firstInsert(tenantId, place, actor),
      check: (tx) => requirePerson(tx, actor),
      finish: async (tx, made, store) => {
        const { row, created } = await findUnlessCreated(tx, place, actor, made);
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
    },
  );
  return toResult(outcome);
}

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
  inserted: Made | undefined,
): Promise<Found> {
  const { tableId } = place;
  if (tableId === undefined) return fail("not_found");
  let made = inserted;
  for (let attempt = 0; attempt < attempts; attempt++) {
    if (made !== undefined) return { row: insertedRow(place, actor, made), created: true };
    await refuseUnknown(tx, place, tableId, actor);
    const open = await findOpenRequest(tx, tableId, place.type);
    if (open !== undefined) return { row: open, created: false };
    await refuseFull(tx, place, tableId);
    made = await insertRequest(tx, place, actor);
  }
  return fail("unavailable");
}

/**
 * The first open request of a table is never refused: no guest's only call is lost because others
 * are open elsewhere.
 * @throws {AppError} `table_full`
 */
async function refuseFull(
  tx: TenantTransaction,
  { maxOpen = Infinity, maxOpenInAll }: Place,
  tableId: string,
): Promise<void> {
  const { tenantId } = tx;
  const [{ open } = { open: 0 }] = await countOpen.run(tx, { tenantId, tableId });
  if (open === 0) return;
  if (open >= maxOpen) fail("table_full");
  if (maxOpenInAll === undefined) return;
  const [all] = await findFull.run(tx, { tenantId, maxOpenInAll });
  if (all?.isFull === true)
    fail("table_full", { detail: "This restaurant has too many open requests." });
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
