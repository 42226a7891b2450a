/**
 * Small guards for what the servers send, instead of zod, which would be several times the size of the SDK. They check
 * what the SDK and its callers rely on and let unknown fields and values pass; `guards.test.ts` holds them against the
 * schemas of @waiter/contracts.
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
} from "@waiter/contracts";

type Fields = Record<string, unknown>;
type Guard<T> = (value: unknown) => value is T;

export const isRecord = (value: unknown): value is Fields => typeof value === "object" && value !== null && !Array.isArray(value);
export const isAnything = (_value: unknown): _value is unknown => true;
const isText = (value: unknown): value is string => typeof value === "string";
const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
const isFlag = (value: unknown): value is boolean => typeof value === "boolean";
const isInstant = (value: unknown): value is string => isText(value) && !Number.isNaN(Date.parse(value));
const isOptional = (value: unknown, guard: (value: unknown) => boolean): boolean => value === undefined || guard(value);
const isList = (value: unknown, guard: (value: unknown) => boolean): boolean => Array.isArray(value) && value.every(guard);

const isTable = (value: unknown) => isRecord(value) && isText(value.id) && isText(value.label);
const isStaffRef = (value: unknown) => isRecord(value) && isText(value.id) && isText(value.name);
const isNamed = (value: unknown) => isRecord(value) && isText(value.name);
const isStaffMember = (value: unknown) => isStaffRef(value) && isText((value as Fields).role);
const isRequestType = (value: unknown) => isRecord(value) && isText(value.key) && isText(value.label) && isText(value.icon) && isFlag(value.asksPayment);

const isRow = (value: unknown): value is Fields =>
  isRecord(value) &&
  isText(value.id) &&
  isTable(value.table) &&
  isText(value.type) &&
  isText(value.state) &&
  isCount(value.level) &&
  isCount(value.version) &&
  isInstant(value.createdAt) &&
  isInstant(value.updatedAt) &&
  isOptional(value.note, isText) &&
  isOptional(value.payment, isText) &&
  isOptional(value.seenAt, isInstant) &&
  isOptional(value.closedAt, isInstant);

export const isRequest = ((value) =>
  isRow(value) && isOptional(value.claimedBy, isStaffRef) && isOptional(value.createdBy, isStaffRef) && isOptional(value.reason, isText)) as Guard<Request>;
export const isGuestRequest = ((value) => isRow(value) && isOptional(value.claimedBy, isNamed)) as Guard<GuestRequest>;

export const isHead = ((value) => isRecord(value) && isText(value.epoch) && isCount(value.seq)) as Guard<Head>;
export const isEnvelope = ((value) =>
  isHead(value) &&
  value.seq > 0 &&
  isText((value as Fields).id) &&
  isText((value as Fields).type) &&
  isText((value as Fields).at) &&
  isRecord((value as Fields).data)) as Guard<Envelope>;

export const isSyncAnswer = ((value) =>
  isRecord(value) &&
  isText(value.epoch) &&
  isCount(value.head) &&
  ((value.status === "ok" && isList(value.events, isEnvelope)) || (value.status === "reset" && isCount(value.afterMs)))) as Guard<SyncAnswer>;
export const isEventsAnswer = ((value) =>
  isRecord(value) && isText(value.epoch) && isCount(value.head) && isList(value.events, isEnvelope)) as Guard<EventsAnswer>;

export const isBoard = ((value) =>
  isHead(value) &&
  isInstant((value as Fields).now) &&
  isList((value as Fields).requests, isRequest) &&
  isList((value as Fields).tables, isTable) &&
  isList((value as Fields).staff, isStaffMember) &&
  isList((value as Fields).requestTypes, isRequestType)) as Guard<Board>;

export const isLoginAnswer = ((value) =>
  isRecord(value) &&
  isText(value.accessToken) &&
  isInstant(value.expiresAt) &&
  isStaffMember(value.staff) &&
  isOptional(value.refreshToken, isText)) as Guard<LoginAnswer>;

export const isGuestRequests = ((value) =>
  isRecord(value) &&
  isList(value.requests, isGuestRequest) &&
  isInstant(value.now) &&
  (value.staffOnline === null || isFlag(value.staffOnline))) as Guard<GuestRequestsAnswer>;
export const isGuestSession = ((value) =>
  isGuestRequests(value) &&
  isText((value as Fields).accessToken) &&
  isInstant((value as Fields).expiresAt) &&
  isNamed((value as Fields).restaurant) &&
  isTable((value as Fields).table) &&
  isList((value as Fields).requestTypes, isRequestType)) as Guard<GuestSessionAnswer>;

export const isPresence = ((value) => isRecord(value) && isList(value.staff, (member) => isRecord(member) && isText(member.id))) as Guard<PresenceMessage>;
export const isRequestAnswer = ((value) => isRecord(value) && isRequest(value.request)) as Guard<{ request: Request }>;
export const isGuestRequestAnswer = ((value) => isRecord(value) && isGuestRequest(value.request)) as Guard<{ request: GuestRequest }>;
