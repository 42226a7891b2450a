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
  /**
   * Generation of the person's role: a revocation may name it like a `sid`. Absent in tokens of an
   * older api.
   */
  rid: uuid.optional(),
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

/** What a revocation may name of a token or a socket. */
export interface Revocable {
  readonly sid: string;
  /** Generation of a guest's table code. */
  readonly code?: string | undefined;
  /** Generation of a person's role. */
  readonly roleId?: string | undefined;
}

/** The ids by which a revocation may end a token. */
export const revocable = (of: Claims): Revocable =>
  of.aud === "guest" ? { sid: of.sid, code: of.code } : { sid: of.sid, roleId: of.rid ?? of.sub };

/**
 * Why a token that is in time is refused, undefined for a living one: `unauthorized` where its
 * session or its table's code ended, `token_expired` where the session goes on and gives a token of
 * the person's new role.
 */
export function endOf(
  { sid, code, roleId }: Revocable,
  isRevoked: (id: string) => boolean,
): "unauthorized" | "token_expired" | undefined {
  if (isRevoked(sid) || (code !== undefined && isRevoked(code))) return "unauthorized";
  return roleId !== undefined && isRevoked(roleId) ? "token_expired" : undefined;
}
