import { randomUUID } from "node:crypto";
import type { CommittedEvent, EventActor } from "@waiter/contracts";
import {
  prepareStatement,
  sqlStateOf,
  type Param,
  type PreparedStatement,
  type TenantTransaction,
} from "@waiter/database";
import { sql, type RawBuilder } from "kysely";

/** An event that its transaction appends; `seq`, `epoch` and `at` come from the append. */
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
export const appendEvent = (tx: TenantTransaction, event: NewEvent): Promise<CommittedEvent> =>
  appendAlways(tx, event, append, {});

/** What an append runs in its own statement. */
export interface AppendParts<Params> {
  /**
   * An insert with `returning true`, before the counter is locked; its failure undoes the
   * transaction. A transaction that waits at a unique index of it holds nothing that other tables'
   * requests need.
   */
  readonly first?: (param: Param<Params>) => RawBuilder<unknown>;
  /** An expression that runs when the number is taken; `at` in it is the event's time. */
  readonly atEvent?: (param: Param<EventKeys & Params>) => RawBuilder<unknown>;
}

/** An {@link appendEvent} that runs more in the same statement. */
export function appendWith<Params extends object>(parts: AppendParts<Params>) {
  const statement = prepareAppend<Params>(parts);
  return (tx: TenantTransaction, event: NewEvent, params: Params): Promise<CommittedEvent> =>
    appendAlways(tx, event, statement, params);
}

/** A conditional change in the append's own statement. */
export interface ChangeParts<Params> extends Pick<AppendParts<Params>, "first"> {
  /**
   * CTEs. The one named `changed` returns one row if the change succeeded. `first` must select from
   * `changed`.
   */
  readonly change: (param: Param<EventKeys & Params>) => RawBuilder<unknown>;
}

/**
 * An {@link appendEvent} that makes the event's change in the same statement. Where the change
 * finds no row it appends nothing, and resolves with undefined.
 */
export function changeAndAppendWith<Params extends object>(parts: ChangeParts<Params>) {
  const statement = prepareAppend<Params>({ first: () => sql`select from changed`, ...parts });
  return (
    tx: TenantTransaction,
    event: NewEvent,
    params: Params,
  ): Promise<CommittedEvent | undefined> => send(tx, event, statement, params);
}

type EventKeys = Pick<EventParams, "tenantId" | "requestId">;
interface EventParams {
  readonly tenantId: string;
  readonly id: string;
  readonly type: string;
  readonly requestId: string | null;
  /** The envelope between `seq` and the time, as JSON. */
  readonly head: string;
  /** The envelope behind the time. */
  readonly tail: string;
  readonly tableId: string | null;
  readonly guestPayload: string | null;
}
interface Appended {
  readonly epoch: string;
  readonly seq: number;
  readonly envelope: string;
}

async function send<Params extends object>(
  tx: TenantTransaction,
  event: NewEvent,
  statement: PreparedStatement<EventParams & Params, Appended>,
  params: Params,
): Promise<CommittedEvent | undefined> {
  const { tenantId, type, guest } = event;
  const id = event.id ?? randomUUID();
  const [row] = await statement
    .run(tx, {
      ...params,
      tenantId,
      id,
      type,
      requestId: event.requestId ?? null,
      head: `,"id":"${id}","type":${JSON.stringify(type)},"at":"`,
      tail: `","data":${JSON.stringify(event.data)}${extraFields(event)}}`,
      tableId: guest?.tableId ?? null,
      guestPayload: guest?.payload ?? null,
    })
    .catch((error: unknown) => {
      throw missingCounter.has(sqlStateOf(error) ?? "")
        ? new Error(noCounter, { cause: error })
        : error;
    });
  return row && { tenantId, id, ...row, ...(guest && { guest }) };
}

async function appendAlways<Params extends object>(
  ...parameters: Parameters<typeof send<Params>>
): Promise<CommittedEvent> {
  const appended = await send(...parameters);
  if (appended === undefined) throw new Error(noCounter);
  return appended;
}

/** `seq` is null, or the row belongs to another tenant. */
const missingCounter = new Set(["23502", "42501"]);
const noCounter =
  "the tenant has no counter: it was deleted, or the transaction is another tenant's";

/**
 * Of the row that is never inserted: Postgres makes the column's default, a random id, before it
 * finds the counter.
 */
const noEpoch = "00000000-0000-0000-0000-000000000000";

/**
 * Postgres runs an update that waited for another transaction's row again, with all parts of its
 * statement. An insert that finds the counter takes its newest version instead. Without a counter
 * it would make one, number 0: `seq` is null then, which the event's column refuses, so nothing is
 * committed.
 */
const prepareAppend = <Params extends object>({
  change,
  first = () => sql`select`,
  atEvent = () => sql`null`,
}: AppendParts<Params> & Partial<ChangeParts<Params>>): PreparedStatement<
  EventParams & Params,
  Appended
> =>
  prepareStatement<EventParams & Params, Appended>(
    (p) => sql<Appended>`
    with ${change ? sql`${change(p)},` : sql``} first as (
      ${first(p)}
    ), taken as (
      insert into tenant_counter as counter (tenant_id, epoch, seq, log_position)
      select ${p("tenantId")}::uuid, ${sql.lit(noEpoch)}::uuid, 0,
        (select base from current_log_base) + pg_current_xact_id()::text::bigint
      from first
      on conflict (tenant_id) do update set seq = counter.seq + 1,
        log_position = greatest(counter.log_position, excluded.log_position)
      returning epoch, nullif(seq, 0) as seq, log_position, clock_timestamp() as at
    ), built as materialized (
      select epoch, seq, log_position, at, ${atEvent(p)} as done,
        '{"epoch":"' || epoch || '","seq":' || seq || ${p("head")}::text
        || to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') || ${p("tail")}::text as envelope
      from taken
    ), logged as (
      insert into event (tenant_id, seq, epoch, id, type, request_id, at, envelope, log_position)
      select ${p("tenantId")}::uuid, seq, epoch, ${p("id")}::uuid, ${p("type")}::text, ${p("requestId")}::uuid, at, envelope, log_position from built
    ), queued as (
      insert into outbox (tenant_id, seq, epoch, event_id, envelope, table_id, guest_payload)
      select ${p("tenantId")}::uuid, seq, epoch, ${p("id")}::uuid, envelope, ${p("tableId")}::uuid, ${p("guestPayload")}::text from built
    )
    select epoch, seq, envelope from built`,
  );

const append = prepareAppend<object>({});

/** The envelope's optional fields as JSON, each with its leading comma. */
const extraFields = ({ actor, traceparent }: NewEvent): string =>
  [
    ...(actor === undefined ? [] : [`,"actor":${JSON.stringify(actor)}`]),
    ...(traceparent === undefined ? [] : [`,"traceparent":${JSON.stringify(traceparent)}`]),
  ].join("");
