import type { CommittedEvent } from "@waiter/contracts";
import { prepareStatement, type Database, type TenantTransaction } from "@waiter/database";
import { defaultPolicy } from "@waiter/escalation";
import { fail } from "@waiter/errors";
import { readStep, ringStep, type Rung, type RungRow } from "@waiter/ledger";
import { sql } from "kysely";
import { appendRequestEvent } from "../state/append-request-event.ts";
import { applyTo } from "../commands/apply-command.ts";
import { followUnreached } from "./follow-unreached.ts";
import { lockDeadlines, type LockedDeadline } from "./lock-deadlines.ts";
import { requestEvent } from "../state/request-event.ts";
import { findRequest } from "../state/find-request.ts";
import type { FoundRequest, RequestRow } from "../state/request-row.ts";
import type { NextEscalation, WakeUps } from "../state/saved-row.ts";
import type { Command } from "../state/transition.ts";

/**
 * - `done`: the deadline fired now. `event` must be published, `send` handed to the sender; `next`
 *   is the level to schedule and `ring` the round that began, if any.
 * - `early`: Postgres says not yet; try again in `inMs`.
 * - `stale`: nothing to do (answered, fired before, gone); `next` is the level that is really next,
 *   if any.
 */
export type DeadlineResult =
  | {
      readonly status: "done";
      readonly event?: CommittedEvent;
      readonly next?: NextEscalation;
      readonly ring?: WakeUps["ring"];
      readonly send?: readonly RungRow[];
    }
  | { readonly status: "early"; readonly inMs: number }
  | { readonly status: "stale"; readonly next?: NextEscalation };

export interface DeadlineInput {
  readonly tenantId: string;
  readonly requestId: string;
  readonly traceparent?: string | undefined;
}
export interface RingInput extends DeadlineInput {
  /** People and screens with a live socket; null or absent while Redis does not tell. */
  readonly live?: ReadonlySet<string> | null;
}

/**
 * Deadlines fire seldom in one session, and every statement finds its rows by key: planning them
 * again in each of the first five executions costs ten times what they do.
 */
const inFiring = (
  database: Database,
  { tenantId }: DeadlineInput,
  fire: (tx: TenantTransaction) => Promise<DeadlineResult>,
): Promise<DeadlineResult> => database.inTenant(tenantId, fire, { keepsPlans: true });

/**
 * G5: raises a request to `level` exactly once, however often it is called: only if the request is
 * new, one level below, and due by Postgres' clock. Writes the ledger's rows of the step; a round's
 * first step that has not fired yet fires before.
 */
export const escalateRequest = (
  database: Database,
  input: RingInput & { readonly level: number },
): Promise<DeadlineResult> =>
  inFiring(database, input, async (tx) => {
    const { deadlines, row } = await lockDeadlines(tx, input.requestId);
    const deadline = deadlines.get("escalation");
    if (deadline === undefined) return { status: "stale" };
    if (input.level !== deadline.level)
      return { status: "stale", next: { level: deadline.level, inMs: deadline.inMs } };
    if (!deadline.due) return { status: "early", inMs: deadline.inMs };
    const first = deadlines.has("ring") ? await ringNow(tx, input, row) : undefined;
    return await fireCommand(tx, input, row, {
      command: { name: "escalate", level: input.level },
      via: "escalation",
      send: first?.rung.send ?? [],
    });
  });

/** Expires an open request exactly once. */
export const expireRequest = (database: Database, input: DeadlineInput): Promise<DeadlineResult> =>
  fireDue(database, input, "expiry", { name: "expire" });

/** Returns a request that was claimed and not completed in time, exactly once. */
export const returnRequest = (database: Database, input: DeadlineInput): Promise<DeadlineResult> =>
  fireDue(database, input, "not_done", { name: "return" });

/**
 * Rings the present step: a round's first one, or the people who are addressed since duty, zones or
 * people changed. Exactly once per person and step.
 */
export const ringRequest = (database: Database, input: RingInput): Promise<DeadlineResult> =>
  inFiring(database, input, async (tx) => {
    const { deadlines, row } = await lockDeadlines(tx, input.requestId);
    if (!deadlines.has("ring")) return { status: "stale" };
    const fired = await ringNow(tx, input, row);
    if (fired === undefined) return { status: "stale" };
    const next = await followUnreached(tx, fired.row, fired.rung);
    return { status: "done", send: fired.rung.send, ...(next && { next }) };
  });

const fireDue = (
  database: Database,
  input: DeadlineInput,
  kind: "expiry" | "not_done",
  command: Command,
): Promise<DeadlineResult> =>
  inFiring(database, input, async (tx) => {
    const { deadlines, row } = await lockDeadlines(tx, input.requestId);
    const deadline: LockedDeadline | undefined = deadlines.get(kind);
    if (deadline === undefined) return { status: "stale" };
    if (!deadline.due) return { status: "early", inMs: deadline.inMs };
    const result = await fireCommand(tx, input, row, { command, via: kind, send: [] });
    // A release that does not know the kind has left it behind.
    if (result.status === "stale") await dropDeadline(tx, input.requestId, kind);
    return result;
  });

interface Firing {
  readonly command: Command;
  readonly via: "escalation" | "expiry" | "not_done";
  readonly send: readonly RungRow[];
}

/** Applies the command to the locked request and commits; the transaction is over if it is `done`. */
async function fireCommand(
  tx: TenantTransaction,
  { tenantId, requestId, traceparent, live = null }: RingInput,
  before: FoundRequest | undefined,
  { command, via, send }: Firing,
): Promise<DeadlineResult> {
  if (before === undefined) return fail("not_found");
  const actor = { kind: "system" } as const;
  const reading =
    command.name === "escalate"
      ? readStep(tx, { ...stepOf(before), step: command.level })
      : undefined;
  const [applied, facts] = await Promise.all([
    applyTo(tx, before, { command, actor, traceparent }),
    reading,
  ]);
  const { row, change, counted, escalation, ring } = applied;
  if (typeof change === "string") return { status: "stale" };
  const rung = facts && (await ringStep(tx, stepOf(row), { live, facts }));
  const sooner = rung && (await followUnreached(tx, row, rung));
  const isLast = rung?.unreached === true && sooner === undefined;
  const shown = isLast ? ((await findRequest(tx, requestId)) ?? row) : row;
  const cause = via === "not_done" ? via : undefined;
  const source = { tenantId, actor, via, cause, traceparent };
  const event = await tx.commitWith(() =>
    appendRequestEvent(tx, requestEvent(source, change.event, shown), counted),
  );
  const next = sooner ?? escalation;
  return {
    status: "done",
    event,
    send: [...send, ...(rung?.send ?? [])],
    ...(next && { next }),
    ...(ring && { ring }),
  };
}

/** Rings the request's present step and ends the deadline that asked for it. */
async function ringNow(
  tx: TenantTransaction,
  { requestId, live = null }: RingInput,
  row: RequestRow | undefined,
): Promise<{ readonly row: RequestRow; readonly rung: Rung } | undefined> {
  const dropped = dropDeadline(tx, requestId, "ring");
  if (row === undefined || row.state !== "new") {
    await dropped;
    return undefined;
  }
  const step = stepOf(row);
  const [facts] = await Promise.all([readStep(tx, step), dropped]);
  return { row, rung: await ringStep(tx, step, { live, facts }) };
}

const stepOf = (row: RequestRow) => ({
  requestId: row.id,
  tableId: row.tableId,
  round: row.round,
  step: row.level,
  policy: row.policy ?? defaultPolicy,
});

const dropDeadline = (tx: TenantTransaction, requestId: string, kind: string) =>
  deleteDeadline.run(tx, { tenantId: tx.tenantId, requestId, kind });

const deleteDeadline = prepareStatement<
  { tenantId: string; requestId: string; kind: string },
  unknown
>(
  (p) => sql`
    delete from deadline where tenant_id = ${p("tenantId")}
      and request_id = ${p("requestId")} and kind = ${p("kind")}`,
);
