import { claims as claimsSchema, type Claims, type Role } from "@waiter/contracts";
import { AppError } from "@waiter/errors";
import jwt from "jsonwebtoken";
import type { KeyRing } from "./key-ring.ts";

export interface SignedToken {
  readonly token: string;
  readonly expiresAt: Date;
}
export interface SignOptions {
  /** `iss`: DOMAIN_URL. */
  readonly issuer: string;
  readonly lifetimeS?: number;
  /** ms since the epoch. */
  readonly now?: number;
}
export interface VerifyOptions {
  /** How far clocks may be apart. */
  readonly leewayS?: number;
  /** When given, `iss` must equal it. */
  readonly issuer?: string;
}
/** What a session's tokens say, beside the times. */
interface Session {
  /** Tenant id. */
  readonly tid: string;
  readonly slug: string;
  /** What a revocation names. */
  readonly sid: string;
  /** Staff id, or guest session id. */
  readonly sub: string;
}
export interface StaffSession extends Session {
  readonly name: string;
  readonly role: Role;
}
export interface GuestSession extends Session {
  /** Table id. */
  readonly table: string;
}

export const staffTokenLifetimeS = 15 * 60;
/** A guest stays for a meal; the page asks for a new session when it ends. */
export const guestTokenLifetimeS = 4 * 60 * 60;
const longestToken = 4_096;

/** An access token of a staff member: 15 minutes unless said otherwise. */
export const signStaff = (claims: StaffSession, keys: KeyRing, options: SignOptions): SignedToken =>
  sign({ ...claims, aud: "staff" }, keys, options, staffTokenLifetimeS);

/** An access token of a guest session at one table. */
export const signGuest = (claims: GuestSession, keys: KeyRing, options: SignOptions): SignedToken =>
  sign({ ...claims, aud: "guest" }, keys, options, guestTokenLifetimeS);

function sign(claims: object, keys: KeyRing, options: SignOptions, defaultLifetimeS: number): SignedToken {
  if (keys.signing === undefined) throw new Error("this process holds no signing key");
  const iat = Math.floor((options.now ?? Date.now()) / 1_000);
  const exp = iat + (options.lifetimeS ?? defaultLifetimeS);
  const token = jwt.sign({ ...claims, iss: options.issuer, iat, exp }, keys.signing.key, {
    algorithm: "ES256",
    keyid: keys.signing.kid,
  });
  return { token, expiresAt: new Date(exp * 1_000) };
}

/**
 * The claims of a token signed by one of the ring's keys. Revocation and the tenant of the host are the caller's to check.
 * @throws {AppError} `token_expired` (beyond the leeway) or `unauthorized` (anything else).
 */
export function verifyToken(token: string, keys: KeyRing, options: VerifyOptions = {}): Claims {
  if (token.length > longestToken) throw new AppError("unauthorized", { detail: "The token is too long." });
  const kid = keyId(token);
  const key = kid === undefined ? undefined : keys.publicKeys.get(kid);
  if (key === undefined) throw new AppError("unauthorized", { detail: "The token is not signed by a known key." });
  const parsed = claimsSchema.safeParse(verifySignature(token, key, options));
  if (!parsed.success)
    throw new AppError("unauthorized", {
      detail: "The token's claims are not those of an access token.",
    });
  return parsed.data;
}

function keyId(token: string): string | undefined {
  try {
    return jwt.decode(token, { complete: true })?.header.kid;
  } catch {
    return undefined;
  }
}

function verifySignature(token: string, key: jwt.PublicKey, { leewayS = 30, issuer }: VerifyOptions): unknown {
  try {
    return jwt.verify(token, key, {
      algorithms: ["ES256"],
      clockTolerance: leewayS,
      ...(issuer === undefined ? {} : { issuer }),
    });
  } catch (cause) {
    if (cause instanceof jwt.TokenExpiredError) throw new AppError("token_expired", { cause });
    throw new AppError("unauthorized", { detail: "The token is not valid.", cause });
  }
}
