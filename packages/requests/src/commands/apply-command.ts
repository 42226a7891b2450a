import type { DeadlineKind, TenantTransaction } from "@waiter/database";
import { fail } from "@waiter/errors";
import type { Actor } from "../actor.ts";
import { countedKinds } from "../state/count-deadlines.ts";
import { closes, decideClosing, type CloseParams } from "../state/close-request.ts";
import { findOpenRequest, findRequest } from "../state/find-request.ts";
import type { FoundRequest, RequestRow } from "../state/request-row.ts";
import { saveChange } from "../state/save-change.ts";
import { wakeUps, type Author, type ChangeSource, type WakeUps } from "../state/saved-row.ts";
import { lockTable } from "../state/lock-table.ts";
import { restoreClaim } from "../state/restore-claim.ts";
import { isOpen, transition, type Change, type Command } from "../state/transition.ts";

export interface Applied extends WakeUps {
  /** The request after the change, or as it is when the command changed nothing. */
  readonly row: RequestRow;
  readonly change: Change | "unchanged" | "conflict";
  /** The deadlines that count from the change's event. */
  readonly counted: readonly DeadlineKind[];
  /** The change is decided and not sent: the append of its event makes it. */
  readonly closing?: CloseParams;
}

/** A command, who gives it, and the trace that it belongs to. */
export interface GivenCommand {
  readonly command: Command;
  readonly actor: Actor;
  /** W3C trace context, for the deadlines. */
  readonly traceparent?: string | undefined;
}

/**
 * The conditional change: decides on what it reads, and saves only if the request is still at that
 * version. A command that loses locks nothing, neither the row nor the tenant's counter. If another
 * change comes between the reading and the saving, the command locks the row and decides again.
 */
export const applyCommand = async (
  tx: TenantTransaction,
  requestId: string,
  given: GivenCommand,
): Promise<Applied> => await applyTo(tx, await findRequest(tx, requestId), given);

/** {@link applyCommand} to a request that was read in this transaction. */
export async function applyTo(
  tx: TenantTransaction,
  before: FoundRequest | undefined,
  given: GivenCommand,
): Promise<Applied> {
  if (before === undefined) return fail("not_found");
  return (await decideAndSave(tx, before, given)) ?? (await lockAndDecide(tx, before.id, given));
}

/**
 * {@link applyTo}, but a change that closes the request is only decided: `closing` is for the
 * append of its event, which saves a round trip.
 */
export async function applyWithAppend(
  tx: TenantTransaction,
  before: FoundRequest | undefined,
  given: GivenCommand,
): Promise<Applied> {
  const change = before && closingChange(before, given);
  if (before === undefined || change === undefined) return await applyTo(tx, before, given);
  const { row, params } = decideClosing(tx, before, change, sourceOf(given));
  return { row, change, counted: [], closing: params };
}

/** The command's change, if it closes the request. */
function closingChange(before: FoundRequest, { command, actor }: GivenCommand): Change | undefined {
  const decision = transition(before, command, actor);
  return decision.kind === "changed" && before.isMoved !== true && closes(before, decision)
    ? decision
    : undefined;
}

async function lockAndDecide(
  tx: TenantTransaction,
  requestId: string,
  given: GivenCommand,
): Promise<Applied> {
  await tx
    .selectFrom("request")
    .select("id")
    .where("tenant_id", "=", tx.tenantId)
    .where("id", "=", requestId)
    .forNoKeyUpdate()
    .execute();
  const before = await findRequest(tx, requestId);
  if (before === undefined) return fail("not_found");
  const applied = await decideAndSave(tx, before, given);
  if (applied === undefined) throw new Error("a locked request changed");
  return applied;
}

async function decideAndSave(
  tx: TenantTransaction,
  before: FoundRequest,
  given: GivenCommand,
): Promise<Applied | undefined> {
  const { command, actor } = given;
  const decided = transition(before, command, actor);
  if (decided.kind === "hidden") fail("not_found");
  if (decided.kind === "forbidden") fail("forbidden");
  if (decided.kind !== "changed") return { row: before, change: decided.kind, counted: [] };
  if (before.isMoved === true) return conflictWith(before);
  const decision =
    decided.restored === undefined ? decided : await restoreClaim(tx, before, decided);
  if (decision === undefined) return conflictWith(before);
  const reopens = !isOpen(before.state);
  if (reopens && (await lockTable(tx, before.tableId, actor)) === "retired")
    return conflictWith(before);
  if (reopens) {
    // The table has sent a request of this type since: that one is the open one.
    const open = await findOpenRequest(tx, before.tableId, before.type);
    if (open !== undefined) return conflictWith(open);
  }
  const after = await saveChange(tx, before, decision, sourceOf(given));
  const counted = countedKinds(before, decision);
  return after && { row: after, change: decision, counted, ...wakeUps(after) };
}

const conflictWith = (row: RequestRow): Applied => ({ row, change: "conflict", counted: [] });

const sourceOf = ({ command, actor, traceparent }: GivenCommand): ChangeSource => ({
  author: authorOf(command, actor),
  reason: command.name === "dismiss" ? command.reason : undefined,
  traceparent,
});

/**
 * Who may undo the command: neither a deadline's change nor an undo or a reopening can be undone.
 */
function authorOf({ name }: Command, actor: Actor): Author | undefined {
  if (actor.kind === "system" || name === "undo" || name === "reopen") return undefined;
  return actor.kind === "guest" ? { by: actor.sessionId } : { by: actor.id, sid: actor.sid };
}
