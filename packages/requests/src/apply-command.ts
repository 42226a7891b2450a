import type { DeadlineKind, TenantTransaction } from "@waiter/database";
import { fail } from "@waiter/errors";
import type { Actor } from "./actor.ts";
import { countedKinds } from "./count-deadlines.ts";
import { findOpenRequest, findRequest, type RequestRow } from "./request-row.ts";
import { saveChange, wakeUps, type Author, type WakeUps } from "./save-change.ts";
import { lockTable } from "./lock-table.ts";
import { isOpen, transition, type Change, type Command } from "./transition.ts";

export interface Applied extends WakeUps {
  /** The request after the change, or as it is when the command changed nothing. */
  readonly row: RequestRow;
  readonly change: Change | "unchanged" | "conflict";
  /** The deadlines that count from the change's event. */
  readonly counted: readonly DeadlineKind[];
}

/**
 * The conditional change: decides on what it reads, and saves only if the request is still at that
 * version. Losers lock nothing, neither the row nor the tenant's counter. Who is overtaken in
 * between locks the row and decides again, for good.
 */
export const applyCommand = async (
  tx: TenantTransaction,
  requestId: string,
  command: Command,
  actor: Actor,
  traceparent?: string,
): Promise<Applied> =>
  await applyTo(tx, await findRequest(tx, requestId), command, actor, traceparent);

/** {@link applyCommand} to a request that was read in this transaction. */
export async function applyTo(
  tx: TenantTransaction,
  before: RequestRow | undefined,
  command: Command,
  actor: Actor,
  traceparent?: string,
): Promise<Applied> {
  if (before === undefined) return fail("not_found");
  return (
    (await decideAndSave(tx, before, command, actor, traceparent)) ??
    (await lockAndDecide(tx, before.id, command, actor, traceparent))
  );
}

async function lockAndDecide(
  tx: TenantTransaction,
  requestId: string,
  command: Command,
  actor: Actor,
  traceparent?: string,
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
  const applied = await decideAndSave(tx, before, command, actor, traceparent);
  if (applied === undefined) throw new Error("a locked request changed");
  return applied;
}

async function decideAndSave(
  tx: TenantTransaction,
  before: RequestRow,
  command: Command,
  actor: Actor,
  traceparent?: string,
): Promise<Applied | undefined> {
  const decision = transition(before, command, actor);
  if (decision.kind === "hidden") fail("not_found");
  if (decision.kind === "forbidden") fail("forbidden");
  if (decision.kind !== "changed") return { row: before, change: decision.kind, counted: [] };
  if (before.isMoved === true) return conflictWith(before);
  const reopens = !isOpen(before.state);
  if (reopens && (await lockTable(tx, before.tableId, actor)) === "retired")
    return conflictWith(before);
  if (reopens) {
    // The table has sent a request of this type since: that one is the open one.
    const open = await findOpenRequest(tx, before.tableId, before.type);
    if (open !== undefined) return conflictWith(open);
  }
  const after = await saveChange(tx, before, decision, {
    author: authorOf(command, actor),
    reason: command.name === "dismiss" ? command.reason : undefined,
    traceparent,
  });
  const counted = countedKinds(before, decision);
  return after && { row: after, change: decision, counted, ...wakeUps(after) };
}

const conflictWith = (row: RequestRow): Applied => ({ row, change: "conflict", counted: [] });

/**
 * Who may undo the command: neither a deadline's change nor an undo or a reopening can be undone.
 */
function authorOf({ name }: Command, actor: Actor): Author | undefined {
  if (actor.kind === "system" || name === "undo" || name === "reopen") return undefined;
  return actor.kind === "guest" ? { by: actor.sessionId } : { by: actor.id, sid: actor.sid };
}
