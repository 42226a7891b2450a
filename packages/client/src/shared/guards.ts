/**
 * Type guards for server messages. zod would be several times the size of the SDK. They check the
 * fields that the SDK and its users read and ignore unknown ones; `guards.test.ts` compares them
 * with the schemas of @waiter/contracts.
 */
import type {
  Board,
  Envelope,
  EventsAnswer,
  GuestRequest,
  GuestRequestsAnswer,
  GuestSessionAnswer,
  Head,
  LoginAnswer,
  PresenceMessage,
  Request,
  SyncAnswer,
} from "../protocol/types.ts";

type Guard<T> = (value: unknown) => value is T;

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
/** An answer without a body (204). */
export const isNothing = (value: unknown): value is undefined => value === undefined;
const isText = (value: unknown): value is string => typeof value === "string";
export const textOr = (value: unknown, otherwise: string): string =>
  isText(value) ? value : otherwise;
const isCount = (value: unknown): value is number =>
  Number.isSafeInteger(value) && (value as number) >= 0;
const isInstant = (value: unknown): value is string =>
  isText(value) && !Number.isNaN(Date.parse(value));
const isFlag = (value: unknown): value is boolean => typeof value === "boolean";
const optional =
  (guard: (value: unknown) => boolean) =>
  (value: unknown): boolean =>
    value === undefined || guard(value);
const listOf =
  (guard: (value: unknown) => boolean) =>
  (value: unknown): boolean =>
    Array.isArray(value) && value.every(guard);
/** Guard for an object whose named fields satisfy their guards. */
const shape =
  <T>(fields: Record<string, (value: unknown) => boolean>): Guard<T> =>
  (value): value is T =>
    isRecord(value) && Object.entries(fields).every(([name, guard]) => guard(value[name]));

const table = { id: isText, label: isText };
const staffRef = { id: isText, name: isText };
const types = listOf(shape({ key: isText, label: isText, icon: isText, asksPayment: isFlag }));
const row = {
  id: isText,
  table: shape(table),
  type: isText,
  state: isText,
  level: isCount,
  version: isCount,
  createdAt: isInstant,
  updatedAt: isInstant,
  note: optional(isText),
  payment: optional(isText),
  seenAt: optional(isInstant),
  closedAt: optional(isInstant),
};
const isFlagOrNull = (value: unknown) => value === null || isFlag(value);
const guestState = {
  requests: listOf((value) => isGuestRequest(value)),
  now: isInstant,
  staffOnline: isFlagOrNull,
  epoch: optional(isText),
  seq: optional(isCount),
};
const head = { epoch: isText, seq: isCount };
const tokens = { accessToken: isText, expiresAt: isInstant, ticket: optional(isText) };

export const isRequest: Guard<Request> = shape({
  ...row,
  claimedBy: optional(shape(staffRef)),
  createdBy: optional(shape(staffRef)),
  reason: optional(isText),
});
export const isGuestRequest: Guard<GuestRequest> = shape({
  ...row,
  claimedBy: optional(shape({ name: isText })),
});
export const isRequestAnswer: Guard<{ request: Request }> = shape({ request: isRequest });
export const isGuestRequestAnswer: Guard<{ request: GuestRequest }> = shape({
  request: isGuestRequest,
});

export const isHead: Guard<Head> = shape(head);
export const isEnvelope: Guard<Envelope> = shape({
  ...head,
  id: isText,
  type: isText,
  at: isText,
  data: isRecord,
});
export const isEventsAnswer: Guard<EventsAnswer> = shape({
  epoch: isText,
  head: isCount,
  events: listOf(isEnvelope),
});
const isReset = shape({ epoch: isText, head: isCount, afterMs: isCount });
export const isSyncAnswer = (value: unknown): value is SyncAnswer =>
  isRecord(value) &&
  ((value.status === "ok" && isEventsAnswer(value)) ||
    (value.status === "reset" && isReset(value)));

export const isBoard: Guard<Board> = shape({
  ...head,
  now: isInstant,
  requests: listOf(isRequest),
  tables: listOf(shape(table)),
  staff: listOf(shape({ ...staffRef, role: isText })),
  requestTypes: types,
});
export const isPresence: Guard<PresenceMessage> = shape({ staff: listOf(shape({ id: isText })) });
export const isLoginAnswer: Guard<LoginAnswer> = shape({
  ...tokens,
  staff: shape({ ...staffRef, role: isText }),
  refreshToken: optional(isText),
});
export const isGuestRequests: Guard<GuestRequestsAnswer> = shape(guestState);
export const isGuestSession: Guard<GuestSessionAnswer> = shape({
  ...guestState,
  ...tokens,
  restaurant: shape({ name: isText }),
  table: shape(table),
  requestTypes: types,
});
