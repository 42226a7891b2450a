import type { CommittedEvent } from "@waiter/contracts";
import type { Database, TenantTransaction } from "@waiter/database";
import { appendEvent } from "@waiter/events";
import { sql } from "kysely";
import { applyCommand } from "./apply-command.ts";
import { requestEvent } from "./request-event.ts";
import type { NextEscalation } from "./save-change.ts";
import type { Command } from "./transition.ts";

/**
 * - `done`: the deadline fired now; `next` is the level to schedule, if any.
 * - `early`: Postgres says not yet; try again in `inMs`.
 * - `stale`: nothing to do (answered, fired before, gone); `next` is the level that is really next,
 *   if any.
 */
export type DeadlineResult =
  | { readonly status: "done"; readonly event: CommittedEvent; readonly next?: NextEscalation }
  | { readonly status: "early"; readonly inMs: number }
  | { readonly status: "stale"; readonly next?: NextEscalation };

export interface DeadlineInput {
  readonly tenantId: string;
  readonly requestId: string;
  readonly traceparent?: string | undefined;
}

/**
 * G5: raises a request to `level` exactly once, however often it is called: only if the request is
 * new, one level below, and due by Postgres' clock.
 */
export const escalateRequest = (
  database: Database,
  input: DeadlineInput & { readonly level: number },
): Promise<DeadlineResult> =>
  fire(database, input, "escalation", { name: "escalate", level: input.level });

/** Expires an open request exactly once. */
export const expireRequest = (database: Database, input: DeadlineInput): Promise<DeadlineResult> =>
  fire(database, input, "expiry", { name: "expire" });

const fire = (
  database: Database,
  { tenantId, requestId, traceparent }: DeadlineInput,
  kind: "escalation" | "expiry",
  command: Command,
): Promise<DeadlineResult> =>
  database.inTenant(tenantId, async (tx) => {
    const deadline = await lockDeadline(tx, requestId, kind);
    if (deadline === undefined) return { status: "stale" };
    if (command.name === "escalate" && command.level !== deadline.level)
      return { status: "stale", next: { level: deadline.level, inMs: deadline.inMs } };
    if (!deadline.due) return { status: "early", inMs: deadline.inMs };
    const actor = { kind: "system" } as const;
    const { row, change, escalation } = await applyCommand(tx, requestId, command, actor);
    if (typeof change === "string") return { status: "stale" };
    const source = { tenantId, actor, via: kind, traceparent };
    const event = await appendEvent(tx, requestEvent(source, change.event, row));
    return { status: "done", event, ...(escalation && { next: escalation }) };
  });

/**
 * Locks the request, then reads its deadline: every change of a request rewrites its deadlines, so
 * what is read holds until COMMIT. A separate statement, so that its snapshot is taken after the
 * wait for the lock.
 */
async function lockDeadline(
  tx: TenantTransaction,
  requestId: string,
  kind: "escalation" | "expiry",
) {
  await tx
    .selectFrom("request")
    .select("id")
    .where("tenant_id", "=", tx.tenantId)
    .where("id", "=", requestId)
    .forNoKeyUpdate()
    .execute();
  const { rows } = await sql<{ level: number; due: boolean; inMs: number }>`
    select level, due_at <= clock_timestamp() as due,
      greatest(0, ceil(1000 * extract(epoch from due_at - clock_timestamp())))::float8 as "inMs"
    from deadline where tenant_id = ${tx.tenantId} and request_id = ${requestId} and kind =
      ${kind}`.execute(tx);
  return rows[0];
}
