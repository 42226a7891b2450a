import { randomUUID } from "node:crypto";
import type { CommittedEvent, EventActor } from "@waiter/contracts";
import type { TenantTransaction } from "@waiter/database";
import { sql, type RawBuilder } from "kysely";

export interface NewEvent {
  readonly tenantId: string;
  /** A UUID; generated when absent. */
  readonly id?: string | undefined;
  readonly type: string;
  readonly data: object;
  /** The request that the event is about, if any. */
  readonly requestId?: string | undefined;
  /** What the guests of a table receive: `{request: GuestRequest}` as JSON. */
  readonly guest?: { readonly tableId: string; readonly payload: string } | undefined;
  /** Who caused it. */
  readonly actor?: EventActor | undefined;
  /** W3C trace context of the change. */
  readonly traceparent?: string | undefined;
}

/**
 * Appends an event to its tenant's log and outbox. Call it as the LAST statement, and only after
 * the conditional change succeeded: it locks the tenant's counter row until COMMIT, so numbers have
 * no gaps and commit order is seq order.
 *
 * The statement that takes the number also builds the envelope's bytes; every delivery and every
 * republish carries exactly these bytes. `at` is read after the lock, so it never decreases with
 * seq.
 */
export async function appendEvent(tx: TenantTransaction, event: NewEvent): Promise<CommittedEvent> {
  const appended = await appendEventAfter(tx, sql`select true`, event);
  if (appended === undefined) throw new Error("the event was not appended");
  return appended;
}

/**
 * {@link appendEvent} in one round trip with an insert that decides whether the event is appended:
 * when `first` (a statement with RETURNING) returns no row, neither the counter is locked nor the
 * event appended, and the result is undefined.
 */
export async function appendEventAfter(
  tx: TenantTransaction,
  first: RawBuilder<unknown>,
  event: NewEvent,
): Promise<CommittedEvent | undefined> {
  const { tenantId, type, requestId = null, guest } = event;
  const id = event.id ?? randomUUID();
  const { rows } = await sql<{ epoch: string; seq: number; envelope: string; counted: boolean }>`
    with first as (
      ${first}
    ), taken as (
      update tenant_counter set seq = seq + 1
      where tenant_id = ${tenantId} and exists (select from first) returning epoch, seq
    ), numbered as (
      select epoch, seq, clock_timestamp() as at from taken
    ), built as materialized (
      select epoch, seq, at,
        '{"epoch":"' || epoch || '","seq":' || seq || ',"id":"' || ${id}::uuid || '","type":' || to_json(${type}::text)
        || ',"at":"' || to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
        || '","data":' || ${JSON.stringify(event.data)}::json || ${extraFields(event)}::text || '}' as envelope
      from numbered
    ), logged as (
      insert into event (tenant_id, seq, epoch, id, type, request_id, at, envelope)
      select ${tenantId}::uuid, seq, epoch, ${id}::uuid, ${type}::text, ${requestId}::uuid, at, envelope from built
    ), queued as (
      insert into outbox (tenant_id, seq, epoch, event_id, envelope, table_id, guest_payload)
      select ${tenantId}::uuid, seq, epoch, ${id}::uuid, envelope, ${guest?.tableId ?? null}::uuid, ${guest?.payload ?? null}::text from built
    )
    select epoch, seq, envelope, true as counted from built
    union all
    select null, null, null, false from first where not exists (select from built)`.execute(tx);
  const [row] = rows;
  if (row === undefined) return undefined;
  if (!row.counted)
    throw new Error(
      "the tenant has no counter: it was deleted, or the transaction is another tenant's",
    );
  const { epoch, seq, envelope } = row;
  return { tenantId, id, epoch, seq, envelope, ...(guest && { guest }) };
}

/** The envelope's optional fields as JSON, each with its leading comma. */
const extraFields = ({ actor, traceparent }: NewEvent): string =>
  [
    ...(actor === undefined ? [] : [`,"actor":${JSON.stringify(actor)}`]),
    ...(traceparent === undefined ? [] : [`,"traceparent":${JSON.stringify(traceparent)}`]),
  ].join("");
