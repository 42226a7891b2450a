import { z } from "zod";

/** ISO 8601 in UTC. */
export const instant = z.iso.datetime();
/** In lower case, as Postgres gives ids: a caller may write them in either case (RFC 9562). */
export const uuid = z.uuid().toLowerCase();

export const roles = ["owner", "manager", "waiter", "screen"] as const;
export const role = z.enum(roles);
export type Role = z.infer<typeof role>;

export const requestStates = [
  "new",
  "claimed",
  "completed",
  "cancelled",
  "dismissed",
  "expired",
] as const;
export const requestState = z.enum(requestStates);
export type RequestState = z.infer<typeof requestState>;
/** States of an open request: a table has at most one open request per type. */
export const openStates = ["new", "claimed"] as const satisfies readonly RequestState[];

/** Whom a step of an escalation policy rings. */
export const audiences = ["assigned", "zone", "everyone", "managers"] as const;
export type Audience = (typeof audiences)[number];

export const payments = ["cash", "card"] as const;
export const payment = z.enum(payments);

export const tableRef = z.object({ id: uuid, label: z.string() });
export const staffRef = z.object({ id: uuid, name: z.string() });

/** A service request as staff see it. */
export const request = z.object({
  id: uuid,
  table: tableRef,
  /** Key of the request type. */
  type: z.string(),
  state: requestState,
  /** 0 at first, one more at each escalation. */
  level: z.int().min(0),
  /** 1 at first, one more at each return to `new`; absent in events of releases before 0.2. */
  round: z.int().min(1).optional(),
  /** Whom the request addresses; boards compute the people from it. */
  audience: z.enum(audiences).optional(),
  /** When it counts as late, by its type. */
  lateAt: instant.optional(),
  /** Rises by one with every change. */
  version: z.int().min(1),
  note: z.string().optional(),
  payment: payment.optional(),
  createdAt: instant,
  updatedAt: instant,
  /** When a staff screen first showed it, if it has. Outside `version`: no event carries it. */
  seenAt: instant.optional(),
  claimedAt: instant.optional(),
  claimedBy: staffRef.optional(),
  closedAt: instant.optional(),
  /** Why staff dismissed it. */
  reason: z.string().optional(),
  /** The staff member who entered it on a guest's behalf. */
  createdBy: staffRef.optional(),
});
export type Request = z.infer<typeof request>;

/** A service request as the guests of its table see it: no staff ids, no other guest's note. */
export const guestRequest = request
  .omit({ claimedBy: true, createdBy: true, reason: true, note: true, audience: true })
  .extend({
    claimedBy: z.object({ name: z.string() }).optional(),
    note: z.string().optional(),
    /** Whether this guest made it; absent in events, which all guests of the table receive. */
    own: z.boolean().optional(),
    /** No step of this round has reached a device of the staff. */
    reach: z.literal("none").optional(),
  });
export type GuestRequest = z.infer<typeof guestRequest>;

export const requestType = z.object({
  key: z.string(),
  label: z.string(),
  /** An emoji. */
  icon: z.string(),
  /** Whether the guest is asked how to pay. */
  asksPayment: z.boolean(),
  /** Whether the guest may add a note; absent from a release before 0.2.0, which allowed it. */
  allowsNote: z.boolean().optional(),
  /** Seconds until a request of this type counts as late. */
  lateAfterS: z.int().optional(),
  /** Labels by language. */
  translations: z.record(z.string(), z.string()).optional(),
  version: z.int().optional(),
});
export type RequestType = z.infer<typeof requestType>;

export const staffMember = z.object({
  id: uuid,
  name: z.string(),
  role,
  /** What guests read instead of the name. */
  guestName: z.string().optional(),
  version: z.int().optional(),
});
export type StaffMember = z.infer<typeof staffMember>;

export const table = z.object({
  id: uuid,
  label: z.string(),
  /** The zone's name. */
  zone: z.string().optional(),
  zoneId: uuid.optional(),
  /** Until then guests of this table can send nothing. */
  mutedUntil: instant.optional(),
  /** When a signed-in phone last scanned the table's present code. */
  checkedAt: instant.optional(),
  version: z.int().optional(),
});
export type Table = z.infer<typeof table>;

export const restaurant = z.object({ name: z.string(), slug: z.string() });
export type Restaurant = z.infer<typeof restaurant>;

/** The ways that a ledger row takes; `socket` is an open screen. */
export const deliveryChannels = ["socket", "push", "ntfy", "webhook"] as const;
export type DeliveryChannel = (typeof deliveryChannels)[number];
/** `due` is the first; `failed`, `superseded` and `unreachable` are final. */
export const deliveryStates = [
  "due",
  "sent",
  "shown",
  "opened",
  "failed",
  "superseded",
  "unreachable",
] as const;
export type DeliveryState = (typeof deliveryStates)[number];
