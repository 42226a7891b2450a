import type { EventActor, RequestEventType } from "@waiter/contracts";
import type { NewEvent } from "@waiter/events";
import type { Actor } from "../actor.ts";
import { guestPayload, toRequest, type RequestRow } from "./request-row.ts";

export interface RequestEventSource {
  readonly tenantId: string;
  readonly actor: Actor;
  /** The deadline that caused the change, where the actor is the system. */
  readonly via?: "escalation" | "expiry" | "not_done";
  /** Why the system changed it, where the type does not say it. */
  readonly cause?: "not_done" | undefined;
  /** W3C trace context of the change. */
  readonly traceparent?: string | undefined;
}

/** The event of a change: staff receive the whole request, the table's guests what they may see. */
export const requestEvent = (
  { tenantId, actor, via, cause, traceparent }: RequestEventSource,
  type: RequestEventType,
  row: RequestRow,
): NewEvent => ({
  tenantId,
  type,
  data: { request: toRequest(row), ...(cause !== undefined && { cause }) },
  requestId: row.id,
  guest: guestPayload(row),
  actor: eventActor(actor, via),
  traceparent,
});

const eventActor = (actor: Actor, via: string | undefined): EventActor => ({
  kind: actor.kind,
  ...(actor.kind === "staff" && {
    id: actor.id,
    ...(actor.name !== undefined && { name: actor.name }),
    ...(actor.screen !== undefined && { screen: actor.screen }),
  }),
  ...(via !== undefined && { via }),
});
