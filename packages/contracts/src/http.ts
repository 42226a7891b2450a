import { z } from "zod";
import { envelope } from "./events.ts";
import {
  guestRequest,
  instant,
  payment,
  request,
  requestType,
  restaurant,
  role,
  staffMember,
  tableRef,
  uuid,
} from "./shapes.ts";

/** Limits of what callers send. */
export const limits = {
  noteLength: 500,
  reasonLength: 200,
  nameLength: 100,
  eventsPage: 1_000,
  headsBatch: 1_000,
  seenScreens: 1_000,
} as const;

// oxlint-disable-next-line no-control-regex -- control characters are what it refuses
const noControlCharacters = /^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]*$/u;
/** Text typed by a person: trimmed, without control characters (line breaks and tabs may stay). */
export const text = (max: number) =>
  z.string().trim().max(max).regex(noControlCharacters, "must not contain control characters");

// oxlint-disable-next-line no-control-regex -- control characters are what it refuses
const noControlCharactersAtAll = /^[^\u0000-\u001f\u007f]*$/u;
/** Whether a string may name something. Postgres takes no NUL in any text. */
export const isName = (value: string): boolean => noControlCharactersAtAll.test(value);
/** A name that is looked up as it is: a key, a code. */
const name = (max: number) =>
  z.string().min(1).max(max).regex(noControlCharactersAtAll, "must not contain control characters");

/** A whole number in a query: decimal digits and nothing else (no sign, exponent or blank). */
export const queryInteger = (min: number, max: number = Number.MAX_SAFE_INTEGER) =>
  z
    .string()
    .regex(/^(?:0|[1-9]\d{0,15})$/, "must be a whole number in decimal digits")
    .meta({ type: "integer", minimum: min, ...(max < Number.MAX_SAFE_INTEGER && { maximum: max }) })
    .transform(Number)
    .pipe(z.int().min(min).max(max));

/** An Idempotency-Key: what a header can carry without being changed. */
export const idempotencyKey = z
  .string()
  .min(1)
  .max(100)
  .regex(/^[\x21-\x7e]*$/, "must be visible ASCII characters");

export const loginBody = z.strictObject({
  email: z.email().max(254),
  password: z.string().min(1).max(200),
  refresh: z
    .literal("body")
    .optional()
    .describe(
      "Asks for the refresh token in the body instead of a cookie, for clients that are not browsers",
    ),
});
/**
 * An access token. `ticket`: for `auth.ticket` of a socket's handshake with exactly this token; it
 * spares the gateway the signature check.
 */
const accessToken = {
  accessToken: z.string(),
  expiresAt: instant,
  ticket: z.string().optional(),
};
export const loginAnswer = z.object({
  ...accessToken,
  staff: staffMember,
  refreshToken: z.string().optional(),
});
export type LoginAnswer = z.infer<typeof loginAnswer>;
export const refreshBody = z.strictObject({
  /** Where it is not sent as a cookie. */
  refreshToken: z
    .string()
    .max(200)
    .optional()
    .describe("The refresh token; without it, the one of the cookie"),
  refresh: loginBody.shape.refresh,
});
export const logoutBody = refreshBody;

export const guestSessionBody = z.strictObject({ tableToken: name(100) });
/** `staffOnline`: whether a staff screen is connected; null while that cannot be known. */
const staffOnline = z.boolean().nullable();
/** Which way reaches the staff; null while that cannot be known. */
export const staffReach = z.enum(["screen", "push", "none"]).nullable();
export type StaffReach = z.infer<typeof staffReach>;
/**
 * Position of the tenant's events at which the rows were read; a guest presents it when it joins.
 */
const readAt = { epoch: uuid.optional(), seq: z.int().min(0).optional() };
export const guestSessionAnswer = z.object({
  ...accessToken,
  restaurant,
  table: tableRef,
  requestTypes: z.array(requestType),
  requests: z.array(guestRequest),
  now: instant,
  staffOnline,
  reach: staffReach.optional(),
  ...readAt,
  /** Whether the restaurant takes requests now, and when it opens next. */
  open: z.boolean().optional(),
  opensAt: instant.optional(),
  languages: z.array(z.string()).optional(),
  wifi: z.object({ name: z.string(), password: z.string().optional() }).optional(),
  logoUrl: z.string().optional(),
  accent: z.string().optional(),
  /** Until then this table can send nothing. */
  mutedUntil: instant.optional(),
});
export type GuestSessionAnswer = z.infer<typeof guestSessionAnswer>;

export const createRequestBody = z.strictObject({
  type: name(50),
  note: text(limits.noteLength).optional(),
  payment: payment.optional(),
});
export const createRequestForTableBody = createRequestBody.extend({
  tableId: uuid,
  as: uuid.optional(),
});
export const guestRequestAnswer = z.object({ request: guestRequest });
/** `key`: the Idempotency-Key of the call. */
export const withdrawCallBody = z.strictObject({ key: idempotencyKey });
export const withdrawCallAnswer = z.object({ request: guestRequest.optional() });
export const guestRequestsAnswer = z.object({
  requests: z.array(guestRequest),
  now: instant,
  staffOnline,
  reach: staffReach.optional(),
  ...readAt,
});
export type GuestRequestsAnswer = z.infer<typeof guestRequestsAnswer>;

const version = z.int().min(1).optional();
/**
 * From a screen: the person in whose name the command is given. Required from a screen, refused
 * from others.
 */
const as = uuid.optional();
export const commandBody = z.strictObject({ version, as });
export const dismissBody = z.strictObject({
  version,
  as,
  reason: text(limits.reasonLength).min(1),
});
export const guestCommandBody = z.strictObject({ version });
export const requestAnswer = z.object({ request });
export type RequestAnswer = z.infer<typeof requestAnswer>;

export const eventsQuery = z.strictObject({
  epoch: uuid.optional(),
  since: queryInteger(0),
});
export const eventsAnswer = z.object({
  epoch: uuid,
  events: z.array(envelope),
  head: z.int().min(0),
});
export type EventsAnswer = z.infer<typeof eventsAnswer>;

/**
 * `since`: also the tenants that changed after this position, a `next` or `more` of an earlier
 * answer; "" for a first position.
 */
export const headsBody = z.object({
  tenants: z.array(uuid).max(limits.headsBatch),
  since: z.string().max(200).optional(),
});
/**
 * `revoked`: the tenant's revoked sessions whose access tokens may still be alive. Unknown tenants
 * are left out. To a question with `since`: the position of the next question, `more` where this
 * answer has a further page, `void` where the position says nothing and all must be compared. An
 * api of 0.2 answers without them. `databaseNow` is Postgres' clock at a question with `since`.
 */
export const headsAnswer = z.object({
  heads: z.array(
    z.object({ tenant: uuid, epoch: uuid, seq: z.int().min(0), revoked: z.array(uuid) }),
  ),
  next: z.string().optional(),
  more: z.string().optional(),
  void: z.boolean().optional(),
  /** Postgres' clock, ms since the epoch. */
  databaseNow: z.number().optional(),
  now: instant,
});
export type HeadsAnswer = z.infer<typeof headsAnswer>;
/**
 * POST /internal/seen: staff screens of this tenant show every request up to `seq`. Answers 204.
 */
export const seenBody = z.object({
  tenant: uuid,
  seq: z.int().min(0),
  /** What each screen acknowledged; absent from a gateway of a release before 0.2. */
  screens: z
    .array(
      z.object({
        staff: uuid,
        session: uuid,
        seq: z.int().min(0),
        visible: z.boolean().optional(),
        audible: z.boolean().optional(),
        idleS: z.number().min(0).optional(),
      }),
    )
    .max(limits.seenScreens)
    .optional(),
});
/** GET /internal/tenants/:slug: 200 when the tenant exists, else 404. */
export const tenantAnswer = z.object({ id: uuid, slug: z.string() });

export const createTenantBody = z.strictObject({
  slug: name(63),
  name: text(limits.nameLength).min(1),
  owner: z
    .strictObject({
      email: z.email().max(254).optional(),
      name: text(limits.nameLength).min(1),
      password: z.string().min(8).max(200).optional(),
    })
    .describe("Without e-mail address and password the answer holds the owner's invitation"),
  /** Labels of the first tables. */
  tables: z.array(text(50).min(1)).max(1_000).optional(),
  reuse: z
    .boolean()
    .optional()
    .describe("Takes the slug of a deleted tenant before it is free; its printed codes lead here"),
});
/** A tenant as its platform sees it. */
export const platformTenant = z.object({
  id: uuid,
  slug: z.string(),
  name: z.string(),
  origin: z.url(),
  suspended: z.boolean(),
});
export const patchTenantBody = z.strictObject({
  suspended: z
    .boolean()
    .describe("A suspended tenant keeps everything; every call is answered `tenant_suspended`"),
});
export const platformInvitationBody = z.strictObject({
  staffId: uuid.optional().describe("An active person; without it the first active owner by name"),
});
export const platformInvitationAnswer = z.object({
  staff: z.object({ id: uuid, name: z.string(), role }),
  /** A one-time link, valid for 24 hours. */
  invitation: z.object({ url: z.url(), qrSvg: z.string(), expiresAt: instant }),
});
export const createTenantAnswer = z.object({
  tenant: z.object({ id: uuid, slug: z.string(), name: z.string(), origin: z.url() }),
  owner: z.object({ id: uuid, email: z.string().optional(), role }),
  /** The owner's one-time link, where no password was given. */
  invitation: z.object({ url: z.url(), qrSvg: z.string(), expiresAt: instant }).optional(),
  tables: z.array(z.object({ id: uuid, label: z.string(), token: z.string(), guestUrl: z.url() })),
});

export const licenseStatuses = ["valid", "expired", "invalid", "missing"] as const;
export const licenseStatus = z.enum(licenseStatuses);
export type LicenseStatus = z.infer<typeof licenseStatus>;
export const healthAnswer = z.object({
  status: z.enum(["ok", "degraded", "draining"]),
  license: z.object({ status: licenseStatus }),
  uptime: z.number(),
  version: z.string(),
});

/** RFC 9457 problem details. */
export const problem = z.looseObject({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  code: z.string(),
  requestId: z.string(),
  detail: z.string().optional(),
  errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  /** With a 409: the request as it is now. */
  request: z.unknown().optional(),
});
export type Problem = z.infer<typeof problem>;
