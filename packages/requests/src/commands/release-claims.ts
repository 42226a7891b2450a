import type { CommittedEvent } from "@waiter/contracts";
import type { TenantTransaction } from "@waiter/database";
import { sql } from "kysely";
import type { StaffActor } from "../actor.ts";
import { appendRequestEvent } from "../state/append-request-event.ts";
import { applyCommand } from "./apply-command.ts";
import { requestEvent } from "../state/request-event.ts";

interface Release {
  /** Who ended the person's work; undefined: the command line or the platform. */
  readonly by: StaffActor | undefined;
  /** W3C trace context, for the events. */
  readonly traceparent?: string | undefined;
}

/**
 * Opens a person's claimed requests again, because the person can serve no request any more: each
 * begins a new round at its level, and no undo claims it again. Locks them in id order. Returns the
 * events to append, after every row change.
 */
export async function releaseClaims(
  tx: TenantTransaction,
  staffId: string,
  { by, traceparent }: Release,
): Promise<((tx: TenantTransaction) => Promise<CommittedEvent>)[]> {
  const { rows } = await sql<{ id: string }>`
    select id from request
    where tenant_id = ${tx.tenantId} and state = 'claimed' and claimed_by = ${staffId}::uuid
    order by id for no key update`.execute(tx);
  const system = { kind: "system" } as const;
  const events: ((tx: TenantTransaction) => Promise<CommittedEvent>)[] = [];
  for (const { id } of rows) {
    const command = { name: "return" } as const;
    const given = { command, actor: system, traceparent };
    const { row, change, counted } = await applyCommand(tx, id, given);
    if (typeof change === "string") continue;
    const source = { tenantId: tx.tenantId, actor: by ?? system, traceparent };
    const event = requestEvent(source, change.event, row);
    events.push((last) => appendRequestEvent(last, event, counted));
  }
  return events;
}
