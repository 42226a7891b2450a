import { z } from "zod";
import { envelope, head, type Envelope, type Head } from "./events.ts";
import { createRequestBody, staffReach } from "./http.ts";
import { commandId, type commandMessages, type Verb, type VerbOf } from "./request-commands.ts";
import type {
  commandAnswer,
  guestCommandAnswer,
  guestSyncAnswer,
  refreshAnswer,
} from "./socket-answers.ts";
import { guestRequest, instant, uuid, type GuestRequest, type Request } from "./shapes.ts";

/**
 * Rises when a socket payload changes in a way that a reader of the release before cannot ignore.
 * Sent in the handshake's `auth`.
 */
export const protocolVersion = 1;

/** Of the answer with this token, `ticket` or `auth:refresh`. An invalid ticket is ignored. */
const ticket = z.string().max(128).optional().catch(undefined);

export const handshakeAuth = z.looseObject({
  token: z.string().max(4_096),
  protocol: z.int().optional().catch(undefined),
  ticket,
  /**
   * How long the client hears nothing before it doubts the connection, ms. From 52 s on the gateway
   * pings it every 47 s, else every 25 s.
   */
  silenceMs: z.number().min(0).optional().catch(undefined),
  /**
   * Of a guest: the position of its session's answer; the gateway compares the table from there. An
   * invalid one is ignored, as if the guest had none.
   */
  epoch: uuid.optional().catch(undefined),
  seq: z.int().min(0).optional().catch(undefined),
});

/** Codes of `connect_error`'s `err.data.code`. */
export const refusalCodes = [
  "unauthorized",
  "token_expired",
  "tenant_unknown",
  "tenant_mismatch",
  "tenant_suspended",
  "rate_limited",
  "draining",
  "overloaded",
] as const;
export const refusalCode = z.enum(refusalCodes);
export type RefusalCode = z.infer<typeof refusalCode>;
export interface Refusal {
  readonly code: RefusalCode;
  readonly retryAfterMs?: number;
}

export const syncBody = z.looseObject({ epoch: uuid.optional(), since: z.int().min(0) });
export type SyncBody = z.infer<typeof syncBody>;
/**
 * `ok` holds exactly since+1..head; `reset` asks for a snapshot after a random moment within
 * `afterMs`.
 */
export const syncAnswer = z.discriminatedUnion("status", [
  z.object({ status: z.literal("ok"), epoch: uuid, events: z.array(envelope), head: z.int() }),
  z.object({ status: z.literal("reset"), epoch: uuid, head: z.int(), afterMs: z.int() }),
]);
export type SyncAnswer = z.infer<typeof syncAnswer>;

/** A guest's `sync`; the position is that of its last answer. */
export const guestSyncBody = z.looseObject({
  epoch: uuid.optional(),
  seq: z.int().min(0).optional(),
  /** Asks only whether the table changed after the position. */
  check: z.boolean().optional(),
});
/** A guest's `sync` that may be answered by `unchanged`. */
export const guestCheck = head.extend({ check: z.literal(true) });

export const createCommand = createRequestBody.extend({ commandId });
/**
 * `visible`: the page is on top; `audible`: it can sound; `idleS`: seconds since its last touch.
 */
export const seenMessage = z.looseObject({
  seq: z.int().min(0),
  visible: z.boolean().optional(),
  audible: z.boolean().optional(),
  idleS: z.number().min(0).optional(),
});
/** POST /api/seen: as `seen`, from a board that polls. */
export const seenReport = z.strictObject(seenMessage.shape);
export const refreshMessage = z.looseObject({ token: z.string().max(4_096), ticket });

export interface CommandError {
  readonly code: string;
  readonly message: string;
  /** With `conflict`: the request as it is now. */
  readonly request?: Request;
}
export type CommandAnswer = z.infer<typeof commandAnswer>;
export type GuestCommandAnswer = z.infer<typeof guestCommandAnswer>;
export type GuestSyncAnswer = z.infer<typeof guestSyncAnswer>;
export type RefreshAnswer = z.infer<typeof refreshAnswer>;

export const headMessage = head.extend({ now: instant });
/**
 * The state of the path between guests and screens, sent when it changes and, to guests, after
 * joining. `api`: whether the gateway reaches the api. To guests also `staffOnline` and `reach`,
 * and after the comparison at joining `epoch` and `seq`: up to there the guest's table is as the
 * guest knows it. A missing field means no news.
 */
export const statusMessage = z.object({
  degraded: z.boolean(),
  api: z.boolean().optional(),
  staffOnline: z.boolean().nullable().optional(),
  reach: staffReach.optional(),
  epoch: uuid.optional(),
  seq: z.int().min(0).optional(),
});
export type StatusMessage = z.infer<typeof statusMessage>;
/**
 * Asks a guest for `sync` at a random moment within `withinMs`. With `epoch` and `seq` its table
 * has changed since; without them the message goes to all tables, and only a guest with an open or
 * unsent request asks. With `mutedUntil` staff muted the table, or ended its mute (null): a guest
 * asks for its session.
 */
export const resyncMessage = z.object({
  withinMs: z.int(),
  mutedUntil: instant.nullable().optional(),
  epoch: uuid.optional(),
  seq: z.int().min(0).optional(),
});
export type ResyncMessage = z.infer<typeof resyncMessage>;
/**
 * Sent after a handshake whose token's signature was checked. Presented in `auth.ticket` beside the
 * same token, it spares the next gateway that check. Optional: a client may ignore it.
 */
export const ticketMessage = z.object({ ticket: z.string().max(128) });
export const drainingMessage = z.object({ reconnectInMs: z.int() });
export const presenceMessage = z.object({
  staff: z.array(z.object({ id: uuid, state: z.literal("online") })),
});
export type PresenceMessage = z.infer<typeof presenceMessage>;
export const requestMessage = z.object({ request: guestRequest });

export interface StaffServerEvents {
  event: (envelope: Envelope) => void;
  head: (message: Head & { now: string }) => void;
  status: (message: StatusMessage) => void;
  presence: (message: PresenceMessage) => void;
  ticket: (message: { ticket: string }) => void;
  draining: (message: { reconnectInMs: number }) => void;
}
type CommandEvents<V extends Verb, Answer> = {
  [One in V as `request:${One}`]: (
    command: z.infer<(typeof commandMessages)[One]>,
    ack: (answer: Answer) => void,
  ) => void;
};
export interface StaffClientEvents extends CommandEvents<VerbOf<"staff">, CommandAnswer> {
  sync: (body: SyncBody, ack: (answer: SyncAnswer) => void) => void;
  seen: (message: z.infer<typeof seenMessage>) => void;
  "auth:refresh": (
    message: { token: string; ticket?: string },
    ack: (answer: RefreshAnswer) => void,
  ) => void;
}
export interface GuestServerEvents {
  request: (message: { request: GuestRequest }) => void;
  resync: (message: ResyncMessage) => void;
  status: (message: StatusMessage) => void;
  ticket: (message: { ticket: string }) => void;
  draining: (message: { reconnectInMs: number }) => void;
}
export interface GuestClientEvents extends CommandEvents<VerbOf<"guest">, GuestCommandAnswer> {
  sync: (body: z.infer<typeof guestSyncBody>, ack: (answer: GuestSyncAnswer) => void) => void;
  "request:undo": (
    command: z.infer<typeof commandMessages.cancel>,
    ack: (answer: GuestCommandAnswer) => void,
  ) => void;
  "request:create": (
    command: z.infer<typeof createCommand>,
    ack: (answer: GuestCommandAnswer) => void,
  ) => void;
  "auth:refresh": (
    message: { token: string; ticket?: string },
    ack: (answer: RefreshAnswer) => void,
  ) => void;
}
