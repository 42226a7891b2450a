import { verify } from "node:crypto";
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
 * Checked by hand rather than by jsonwebtoken, which decodes a token three times and examines the key at each: a gateway
 * checks one per handshake. Only ES256 is ever accepted, whatever the header says.
 * @throws {AppError} `token_expired` (beyond the leeway) or `unauthorized` (anything else).
 */
export function verifyToken(token: string, keys: KeyRing, { leewayS = 30, issuer }: VerifyOptions = {}): Claims {
  if (token.length > longestToken) throw refused("The token is too long.");
  const [header, payload, signature, ...rest] = token.split(".");
  if (header === undefined || payload === undefined || signature === undefined || rest.length > 0) throw refused("The token is not valid.");
  const { alg, kid } = parsePart(header) as { alg?: unknown; kid?: unknown };
  const key = typeof kid === "string" && alg === "ES256" ? keys.publicKeys.get(kid) : undefined;
  if (key === undefined) throw refused("The token is not signed by a known key.");
  // RFC 7518, 3.4: the signature is r and s, 32 bytes each; OpenSSL refuses any other length.
  const signed = verify("sha256", Buffer.from(`${header}.${payload}`), { key, dsaEncoding: "ieee-p1363" }, Buffer.from(signature, "base64url"));
  if (!signed) throw refused("The token is not valid.");
  const parsed = claimsSchema.safeParse(parsePart(payload));
  if (!parsed.success) throw refused("The token's claims are not those of an access token.");
  checkTimes(parsed.data, leewayS);
  if (issuer !== undefined && parsed.data["iss"] !== issuer) throw refused("The token is not valid.");
  return parsed.data;
}

function checkTimes({ exp, nbf }: Claims, leewayS: number): void {
  const now = Math.floor(Date.now() / 1_000);
  if (nbf !== undefined && !(typeof nbf === "number" && nbf <= now + leewayS)) throw refused("The token is not valid.");
  if (now >= exp + leewayS) throw new AppError("token_expired");
}

function parsePart(part: string): object {
  let parsed: unknown;
  try {
    parsed = JSON.parse(Buffer.from(part, "base64url").toString());
  } catch {
    parsed = undefined;
  }
  if (typeof parsed !== "object" || parsed === null) throw refused("The token is not valid.");
  return parsed;
}

const refused = (detail: string): AppError => new AppError("unauthorized", { detail });
