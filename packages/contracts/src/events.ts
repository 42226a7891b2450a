import { z } from "zod";
import { instant, request, uuid } from "./shapes.ts";

export const requestEventTypes = [
  "request.created",
  "request.claimed",
  "request.released",
  "request.completed",
  "request.cancelled",
  "request.dismissed",
  "request.escalated",
  "request.expired",
  "request.reopened",
] as const;
export type RequestEventType = (typeof requestEventTypes)[number];

/**
 * Who caused an event. `via` names the way: a deadline's kind, or `platform` for the operator's
 * commands.
 */
export const eventActor = z.looseObject({
  kind: z.enum(["guest", "staff", "system"]),
  /** Staff id. A guest has none here: a session's id is known to that session alone. */
  id: uuid.optional(),
  name: z.string().optional(),
  /** The screen on which the command was given for the person `id`. */
  screen: z.object({ id: uuid, name: z.string() }).optional(),
  via: z.string().optional(),
});
export type EventActor = z.infer<typeof eventActor>;

/**
 * One event of a tenant, as staff receive it. `seq` is without gaps and in commit order within an
 * `epoch`; the bytes of an envelope are the same at every delivery. Readers ignore types and fields
 * that they do not know.
 */
export const envelope = z.looseObject({
  epoch: uuid,
  seq: z.int().min(1),
  id: uuid,
  type: z.string(),
  at: instant,
  data: z.looseObject({}),
  /**
   * Who caused the change; absent in events of releases before 0.2, and in those of 0.2 that no
   * request is in.
   */
  actor: eventActor.optional(),
  /** W3C trace context of the change. */
  traceparent: z.string().optional(),
});
export type Envelope = z.infer<typeof envelope>;

/** `data` of every `request.*` event: the request after the change. */
export const requestEventData = z.looseObject({
  request,
  /** Of a `request.released` by the system: claimed and not completed in time. */
  cause: z.enum(["not_done"]).optional(),
});
export type RequestEventData = z.infer<typeof requestEventData>;

/** The newest event of a tenant. */
export const head = z.object({ epoch: uuid, seq: z.int().min(0) });
export type Head = z.infer<typeof head>;

/** A committed event to publish: a row of the outbox. */
export interface CommittedEvent {
  readonly tenantId: string;
  readonly epoch: string;
  readonly seq: number;
  /** The event's id, as in the envelope. */
  readonly id: string;
  /** The envelope as JSON; never rebuilt, so that a republished event is byte-identical. */
  readonly envelope: string;
  /**
   * The table whose guests are concerned, and what they receive as `request` (`{request:
   * GuestRequest}` as JSON).
   */
  readonly guest?: { readonly tableId: string; readonly payload: string };
}
