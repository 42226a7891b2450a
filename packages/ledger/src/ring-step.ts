import type { DeliveryChannel, EscalationPolicy } from "@waiter/contracts";
import { prepareStatement, type TenantTransaction } from "@waiter/database";
import { addressed, audienceAt } from "@waiter/escalation";
import { sql } from "kysely";
import { readFloor, type FloorFacts } from "./read-floor.ts";
import { resumeRows } from "./resume-rows.ts";

/** How long a push waits for a screen of the same person at a round's first step, ms. */
export const withholdMs = 2_000;
/** How long a row of the last step may be sent, seconds. */
const lastStepTtlS = 300;

export interface Step {
  readonly requestId: string;
  readonly tableId: string;
  readonly round: number;
  /** The request's level. */
  readonly step: number;
  readonly policy: EscalationPolicy;
}

export interface StepOptions {
  /** People and screens with a live socket; null while Redis does not tell. */
  readonly live: ReadonlySet<string> | null;
  /** What {@link readStep} has read of the step in this transaction. */
  readonly facts?: StepFacts | undefined;
}

/** A row to send, and the ms until it may be. */
export interface RungRow {
  readonly id: string;
  readonly inMs: number;
}

export interface Rung {
  /** Rows that a sender must send. */
  readonly send: readonly RungRow[];
  /** The step was new, and no person whom it addresses has a live screen or a subscription. */
  readonly unreached: boolean;
  /** A step of the round has reached a person before. */
  readonly reachedBefore: boolean;
}

/** What a step reads before it rings. */
export interface StepFacts {
  readonly floor: FloorFacts;
  readonly before: Before;
}

/** Reads what a step needs, in one round trip. */
export async function readStep(
  tx: TenantTransaction,
  step: Omit<Step, "policy">,
): Promise<StepFacts> {
  const [floor, before] = await Promise.all([readFloor(tx, step.tableId), readBefore(tx, step)]);
  return { floor, before };
}

/**
 * Rings a step: one row for each addressed person who has none for it, in the caller's transaction,
 * which holds the request's lock. So a step fires once, and firing it again rings only those who
 * came since. Earlier rows that are still due are superseded. A suspended restaurant rings nothing:
 * the step is recorded as `unreachable`, and the next one fires at its own time. Rows that the
 * suspension ended are due again when their step rings after it.
 */
export async function ringStep(
  tx: TenantTransaction,
  step: Step,
  { live, facts }: StepOptions,
): Promise<Rung> {
  const { floor, before } = facts ?? (await readStep(tx, step));
  if (floor.isSuspended)
    return {
      send: await insertRows(tx, step, [suspendedRow]),
      unreached: false,
      reachedBefore: false,
    };
  const people = addressed(audienceAt(step.policy, step.step), floor.table, floor);
  const wanted = people.map((staffId) => rowFor(staffId, floor, live, before.isFirst));
  const reached = wanted.some(({ state }) => state === "due") || hasLiveScreen(floor, live);
  const unreached = before.isNew && !reached;
  const rows: WantedRow[] = [
    ...wanted,
    ...(people.length === 0 ? [noPerson] : []),
    ...secondChannel(step, floor, unreached),
  ];
  const { hasReached: reachedBefore, wasSuspended } = before;
  return { send: await insertRows(tx, step, rows, wasSuspended), unreached, reachedBefore };
}

interface WantedRow {
  readonly staffId: string | null;
  readonly channel: DeliveryChannel;
  readonly state: "due" | "unreachable";
  readonly reason: string | null;
  readonly waitMs: number;
}

const noPerson: WantedRow = {
  staffId: null,
  channel: "socket",
  state: "unreachable",
  reason: "no_person",
  waitMs: 0,
};

const suspendedRow: WantedRow = { ...noPerson, reason: "tenant_suspended" };

function rowFor(
  staffId: string,
  { subscribed }: FloorFacts,
  live: StepOptions["live"],
  isFirst: boolean,
): WantedRow {
  const isLive = live === null || live.has(staffId);
  const row = { staffId, state: "due", reason: null, waitMs: 0 } as const;
  if (subscribed.has(staffId))
    return { ...row, channel: "push", waitMs: isFirst && isLive ? withholdMs : 0 };
  if (isLive) return { ...row, channel: "socket" };
  return { ...row, channel: "socket", state: "unreachable", reason: "no_device" };
}

/** A tablet rings for everything, so an open one makes every step heard. */
const hasLiveScreen = ({ staff }: FloorFacts, live: StepOptions["live"]): boolean =>
  staff.some(({ id, role }) => role === "screen" && live?.has(id) === true);

/** From the managers' step on, and where the last step of a policy reaches no device. */
function secondChannel(
  { policy, step }: Step,
  { secondChannel: channel }: FloorFacts,
  unreached: boolean,
): WantedRow[] {
  if (channel === null) return [];
  const passed = policy.steps.slice(0, step + 1).some(({ to }) => to === "managers");
  if (!passed && !(unreached && step >= policy.steps.length - 1)) return [];
  return [{ staffId: null, channel, state: "due", reason: null, waitMs: 0 }];
}

interface Before {
  /** The step has no row yet. */
  readonly isNew: boolean;
  /** The round has no row of an earlier step. */
  readonly isFirst: boolean;
  /** The round has rung a device of a person, and no call to it failed for good. */
  readonly hasReached: boolean;
  /** A suspension ended rows of the step. */
  readonly wasSuspended: boolean;
}

async function readBefore(
  tx: TenantTransaction,
  { requestId, round, step }: Omit<Step, "policy">,
): Promise<Before> {
  const [before] = await selectBefore.run(tx, { tenantId: tx.tenantId, requestId, round, step });
  return before ?? { isNew: true, isFirst: true, hasReached: false, wasSuspended: false };
}

interface StepKeys {
  readonly tenantId: string;
  readonly requestId: string;
  readonly round: number;
  readonly step: number;
}

const selectBefore = prepareStatement<StepKeys, Before>(
  (p) => sql<Before>`
    select coalesce(bool_and(step <> ${p("step")}), true) as "isNew",
      coalesce(bool_and(step >= ${p("step")}), true) as "isFirst",
      coalesce(bool_or(staff_id is not null and state not in ('unreachable', 'failed')
        and reason is distinct from 'tenant_suspended'), false) as "hasReached",
      coalesce(bool_or(step = ${p("step")} and state = 'superseded'
        and reason = 'tenant_suspended'), false) as "wasSuspended"
    from delivery where tenant_id = ${p("tenantId")} and request_id = ${p("requestId")}
      and round = ${p("round")}`,
);

async function insertRows(
  tx: TenantTransaction,
  { requestId, round, step }: Step,
  wantedRows: readonly WantedRow[],
  wasSuspended = false,
): Promise<RungRow[]> {
  const wanted = JSON.stringify(wantedRows);
  const keys = { tenantId: tx.tenantId, requestId, round, step };
  const resumed = wasSuspended ? await resumeRows(tx, { ...keys, wanted, lastStepTtlS }) : [];
  const rows = [...resumed, ...(await insertWanted.run(tx, { ...keys, wanted }))];
  return rows.flatMap(({ id, inMs, channel, state }) =>
    state === "due" && channel !== "socket" ? [{ id, inMs }] : [],
  );
}

type Inserted = RungRow & { readonly channel: DeliveryChannel; readonly state: string };

const insertWanted = prepareStatement<StepKeys & { readonly wanted: string }, Inserted>(
  (p) => sql<Inserted>`
    with past as (
      update delivery set state = 'superseded', reason = 'later_step', ended_at = clock_timestamp()
      where tenant_id = ${p("tenantId")} and id = any(array(
        select id from delivery where tenant_id = ${p("tenantId")}
          and request_id = ${p("requestId")} and state = 'due'
          and (round, step) < (${p("round")}::integer, ${p("step")}::integer)
        order by id for no key update))
    ), expiry as (
      select coalesce((
        select due_at from deadline where tenant_id = ${p("tenantId")}
          and request_id = ${p("requestId")} and kind = 'escalation'),
        clock_timestamp() + make_interval(secs => ${sql.lit(lastStepTtlS)})) as at
    )
    insert into delivery (tenant_id, request_id, round, step, staff_id, channel, state, reason,
      created_at, due_at, expires_at, ended_at)
    select ${p("tenantId")}::uuid, ${p("requestId")}::uuid, ${p("round")}::integer,
      ${p("step")}::integer, wanted."staffId", wanted.channel, wanted.state, wanted.reason,
      clock_timestamp(), clock_timestamp() + make_interval(secs => wanted."waitMs" / 1000.0),
      expiry.at, case when wanted.state = 'unreachable' then clock_timestamp() end
    from jsonb_to_recordset(${p("wanted")}::jsonb) as wanted
      ("staffId" uuid, channel text, state text, reason text, "waitMs" integer), expiry
    where wanted."staffId" is null or not exists (
      select from delivery had where had.tenant_id = ${p("tenantId")}
        and had.request_id = ${p("requestId")} and had.round = ${p("round")}
        and had.step = ${p("step")} and had.staff_id = wanted."staffId")
    on conflict do nothing
    returning id, channel, state,
      greatest(0, ceil(1000 * extract(epoch from due_at - clock_timestamp())))::float8 as "inMs"`,
);
