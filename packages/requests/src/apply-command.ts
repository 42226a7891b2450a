import type { TenantTransaction } from "@waiter/database";
import { fail } from "@waiter/errors";
import type { Actor } from "./actor.ts";
import { findOpenRequest, findRequest, type RequestRow } from "./request-row.ts";
import { saveChange, type NextEscalation } from "./save-change.ts";
import { transition, type Change, type Command } from "./transition.ts";

export interface Applied {
  /** The request after the change, or as it is when the command changed nothing. */
  readonly row: RequestRow;
  readonly change: Change | "unchanged" | "conflict";
  readonly escalation?: NextEscalation | null;
}

/**
 * The conditional change: decides on what it reads, and saves only if the request is still at that version. Losers lock
 * nothing, neither the row nor the tenant's counter. Who is overtaken in between locks the row and decides again, for good.
 */
export async function applyCommand(
  tx: TenantTransaction,
  requestId: string,
  command: Command,
  actor: Actor,
): Promise<Applied> {
  return (
    (await decideAndSave(tx, requestId, command, actor)) ??
    (await lockAndDecide(tx, requestId, command, actor))
  );
}

async function lockAndDecide(
  tx: TenantTransaction,
  requestId: string,
  command: Command,
  actor: Actor,
): Promise<Applied> {
  await tx
    .selectFrom("request")
    .select("id")
    .where("tenant_id", "=", tx.tenantId)
    .where("id", "=", requestId)
    .forNoKeyUpdate()
    .execute();
  const applied = await decideAndSave(tx, requestId, command, actor);
  if (applied === undefined) throw new Error("a locked request changed");
  return applied;
}

async function decideAndSave(
  tx: TenantTransaction,
  requestId: string,
  command: Command,
  actor: Actor,
): Promise<Applied | undefined> {
  const before = await findRequest(tx, requestId);
  if (before === undefined) fail("not_found");
  const decision = transition(before, command, actor);
  if (decision.kind === "hidden") fail("not_found");
  if (decision.kind === "forbidden") fail("forbidden");
  if (decision.kind !== "changed") return { row: before, change: decision.kind };
  if (command.name === "reopen") {
    // The table has asked again since: that call is the one that waits.
    const open = await findOpenRequest(tx, before.tableId, before.type);
    if (open !== undefined) return { row: open, change: "conflict" };
  }
  const after = await saveChange(
    tx,
    before,
    decision,
    command.name === "dismiss" ? command.reason : undefined,
  );
  return after && { row: after, change: decision, escalation: after.escalation };
}
