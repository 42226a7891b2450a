/** What a manager configures: shapes of HTTP bodies and of the events that tell every board. */
import { z } from "zod";
import { guestSessionBody, idempotencyKey, limits, text } from "./http.ts";
import {
  audiences,
  instant,
  request,
  requestType,
  role,
  staffMember,
  table,
  uuid,
} from "./shapes.ts";

/** Languages that guests and staff may read Waiter in. */
export const languages = ["en", "de", "fr", "es", "it", "ar"] as const;
export const language = z.enum(languages);
export type Language = z.infer<typeof language>;

/**
 * Limits of a restaurant's configuration. An installation may allow fewer tables, zones and request
 * types (`*_PER_RESTAURANT`), and other numbers of `staff` and `dutyPlaces`, which no body names.
 */
export const restaurantLimits = {
  labelLength: 50,
  tablesPerCall: 500,
  tables: 5_000,
  zones: 200,
  requestTypes: 100,
  staff: 2_000,
  /** Tables and zones that all people on duty name together. */
  dutyPlaces: 20_000,
  muteMinutes: 240,
  logoBytes: 512 * 1024,
  logoPixels: 4_000_000,
} as const;

const label = text(restaurantLimits.labelLength).min(1);
/** The version of the object that the caller has seen. */
const version = z.int().min(1);

export const zone = z.object({ id: uuid, name: z.string(), version });
export type Zone = z.infer<typeof zone>;
export const zoneBody = z.strictObject({ name: label });
export const patchZoneBody = z.strictObject({ name: label.optional(), version });

export const createTablesBody = z.union([
  z.strictObject({ label, zoneId: uuid.nullish() }),
  z.strictObject({
    labels: z.array(label).min(1).max(restaurantLimits.tablesPerCall),
    zoneId: uuid.nullish(),
  }),
]);
export const patchTableBody = z.strictObject({
  label: label.optional(),
  zoneId: uuid.nullish().describe("`null` takes the table out of its zone"),
  version,
});
/** The code that was scanned, as the guest page's address carries it. */
export const checkTableBody = guestSessionBody;
/** `minutes: 0` ends the mute. */
export const muteTableBody = z.strictObject({
  minutes: z.int().min(0).max(restaurantLimits.muteMinutes),
});
export const orderBody = z.strictObject({
  ids: z.array(uuid).max(restaurantLimits.tables),
  version,
});
export const typeOrderBody = z.strictObject({
  keys: z.array(z.string().max(50)).max(restaurantLimits.requestTypes),
  version,
});

const translations = z.partialRecord(language, label);
const lateAfterS = z.int().min(1).max(86_400).nullish();
const icon = text(16).min(1);
export const requestTypeKey = z
  .string()
  .regex(/^[a-z][a-z0-9_-]{0,49}$/, "must begin with a letter and hold only a-z, 0-9, - and _");
export const createRequestTypeBody = z.strictObject({
  key: requestTypeKey.optional(),
  label,
  icon,
  asksPayment: z.boolean().optional(),
  allowsNote: z.boolean().optional(),
  lateAfterS,
  translations: translations.optional(),
});
export const patchRequestTypeBody = createRequestTypeBody
  .omit({ key: true })
  .partial()
  .extend({ version });

const personName = text(limits.nameLength).min(1);
const email = z.email().max(254).nullish();
export const createStaffBody = z.strictObject({
  name: personName,
  role,
  email,
  guestName: personName.nullish(),
});
export const patchStaffBody = z.strictObject({
  name: personName.optional(),
  guestName: personName.nullish(),
  role: role.optional(),
  email,
  active: z.boolean().optional(),
  version,
});
/** A person as managers see them. */
export const managedStaff = staffMember.extend({
  email: z.string().optional(),
  active: z.boolean(),
  /** Devices that are signed in; lists answer it. */
  devices: z.int().optional(),
});
export type ManagedStaff = z.infer<typeof managedStaff>;

const secret = z.string().min(1).max(200);
export const password = z.string().min(8).max(200);
export const invitationAnswer = z.object({ url: z.url(), qrSvg: z.string(), expiresAt: instant });
export type InvitationAnswer = z.infer<typeof invitationAnswer>;
export const readInvitationBody = z.strictObject({ invitation: secret });
export const readInvitationAnswer = z.object({ restaurant: z.string(), name: z.string(), role });
export const joinBody = z.strictObject({
  invitation: secret,
  password: password.optional(),
  device: z
    .strictObject({
      name: personName.optional(),
      key: idempotencyKey.optional().describe("A random text of the device's own"),
    })
    .optional(),
  refresh: z.literal("body").optional(),
});
export const device = z.object({
  id: uuid,
  name: z.string().optional(),
  createdAt: instant,
  lastUsedAt: instant,
  expiresAt: instant,
  current: z.boolean(),
});
export type Device = z.infer<typeof device>;

export const me = managedStaff.extend({ language: language.optional(), hasPassword: z.boolean() });
export type Me = z.infer<typeof me>;
export const patchMeBody = z.strictObject({
  name: personName.optional(),
  language: language.nullish(),
});
export const changePasswordBody = z.strictObject({
  current: z.string().max(200).optional(),
  next: password,
});

const time = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, "must be a time such as 18:30");
const spans = z.array(z.tuple([time, time])).max(10);
export const weekdays = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
export type Weekday = (typeof weekdays)[number];
/**
 * Opening hours, in the restaurant's time zone; an end not later than its start is on the next day.
 */
export const openingHours = z.strictObject({
  weekly: z.partialRecord(z.enum(weekdays), spans),
  dates: z.record(z.iso.date(), spans).optional(),
});
export type OpeningHours = z.infer<typeof openingHours>;

export const escalationPolicy = z.strictObject({
  steps: z
    .array(z.strictObject({ afterS: z.int().min(0).max(86_400), to: z.enum(audiences) }))
    .min(1)
    .max(20),
  doneAfterS: z.int().min(0).max(86_400),
});
export type EscalationPolicy = z.infer<typeof escalationPolicy>;

export const wifi = z.strictObject({ name: text(64).min(1), password: text(64).optional() });
export type Wifi = z.infer<typeof wifi>;

/** A call with credentials in its URL would be refused when it is sent. */
function hasNoUser(url: string): boolean {
  if (!URL.canParse(url)) return true;
  const { username, password } = new URL(url);
  return username === "" && password === "";
}
export const secondChannel = z.strictObject({
  kind: z.enum(["ntfy", "webhook"]),
  target: z
    .url({ protocol: /^https$/ })
    .max(500)
    .refine(hasNoUser, "must not name a user"),
});
export type SecondChannel = z.infer<typeof secondChannel>;

/** What every waiter may read; managers read `wifi` and `secondChannel` as well. */
export const settings = z.object({
  name: z.string(),
  timeZone: z.string(),
  languages: z.array(language),
  hours: openingHours.nullable(),
  escalation: escalationPolicy,
  accent: z.string().nullable(),
  logoUrl: z.string().nullable(),
  wifi: wifi.nullable().optional(),
  secondChannel: secondChannel.nullable().optional(),
  /** Whether managers may search requests by the person who served them; only an owner changes it. */
  staffSearch: z.boolean().optional(),
  /** A manager has printed the tables' codes. */
  codesPrinted: z.boolean().optional(),
  version,
});
export type Settings = z.infer<typeof settings>;
export const patchSettingsBody = z.strictObject({
  name: personName.optional(),
  timeZone: z.string().max(64).optional(),
  languages: z.array(language).min(1).max(languages.length).optional(),
  hours: openingHours.nullish(),
  escalation: escalationPolicy.nullish(),
  accent: z
    .string()
    .regex(/^#[0-9a-fA-F]{6}$/, "must be a colour such as #1a6b3c")
    .nullish(),
  wifi: wifi.nullish(),
  secondChannel: secondChannel.nullish(),
  staffSearch: z.boolean().optional(),
  codesPrinted: z.boolean().optional(),
  version,
});

/** A picture in base64. */
export const logoBody = z.strictObject({
  image: z.base64().max(Math.ceil((restaurantLimits.logoBytes + 3) / 3) * 4),
});

/** A table, a type as managers list them. */
export const managedTable = table.extend({
  token: z.string().optional(),
  guestUrl: z.url().optional(),
  retiredAt: instant.optional(),
});
export const managedRequestType = requestType.extend({ retiredAt: instant.optional() });
export type ManagedRequestType = z.infer<typeof managedRequestType>;

/**
 * The kinds of configuration events. `data` holds the object, the objects or the order after the
 * change.
 */
export const restaurantEventTypes = [
  "table.created",
  "table.updated",
  "table.retired",
  "table.ordered",
  "table.muted",
  "zone.created",
  "zone.updated",
  "zone.deleted",
  "zone.ordered",
  "request_type.created",
  "request_type.updated",
  "request_type.retired",
  "request_type.ordered",
  "staff.created",
  "staff.updated",
  "staff.invited",
  "staff.joined",
  "settings.updated",
  "duty.started",
  "duty.changed",
  "duty.ended",
] as const;
export type RestaurantEventType = (typeof restaurantEventTypes)[number];

/** A person on duty: `tables` are all, or these and those of `zones`. */
export const duty = z.object({
  staff: staffMember.pick({ id: true, name: true, role: true }),
  since: instant,
  tables: z.union([z.literal("all"), z.array(uuid)]),
  zones: z.array(uuid),
});
export type Duty = z.infer<typeof duty>;
/** Rows and position read in one REPEATABLE READ transaction. `requests` holds the open ones. */
export const boardAnswer = z.object({
  epoch: uuid,
  seq: z.int().min(0),
  now: instant,
  requests: z.array(request),
  tables: z.array(table),
  staff: z.array(staffMember),
  requestTypes: z.array(requestType),
  zones: z.array(zone).optional(),
  duty: z.array(duty).optional(),
  dutyUsed: z.boolean().optional().describe("A person was on duty within 14 days"),
  settings: settings.optional(),
});
export type Board = z.infer<typeof boardAnswer>;
