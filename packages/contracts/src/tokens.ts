import { z } from "zod";
import { role, uuid } from "./shapes.ts";

const common = {
  /** Tenant id. */
  tid: uuid,
  /** The tenant's slug: must equal the host's label. */
  slug: z.string(),
  /** Session id: what a revocation names. */
  sid: uuid,
  iat: z.number(),
  exp: z.number(),
};
/** Claims of an access token (ES256, issuer DOMAIN_URL, lifetime 15 minutes for staff). */
export const staffClaims = z.looseObject({
  ...common,
  aud: z.literal("staff"),
  sub: uuid,
  name: z.string(),
  role,
});
export type StaffClaims = z.infer<typeof staffClaims>;
/** `sub` is the guest session, `table` its table. */
export const guestClaims = z.looseObject({
  ...common,
  aud: z.literal("guest"),
  sub: uuid,
  table: uuid,
  /**
   * Generation of the code that was scanned: a revocation may name it like a `sid`. Absent in
   * tokens of an older api.
   */
  code: uuid.optional(),
});
export type GuestClaims = z.infer<typeof guestClaims>;
export const claims = z.discriminatedUnion("aud", [staffClaims, guestClaims]);
export type Claims = z.infer<typeof claims>;

/** The ids by which a revocation may end a token: its session, and a guest's table code. */
export const revocableIds = (of: Claims): string[] =>
  of.aud === "guest" && of.code !== undefined ? [of.sid, of.code] : [of.sid];
