import { verify, type KeyObject } from "node:crypto";
import { promisify } from "node:util";
import { claims as claimsSchema, type Claims, type Role } from "@waiter/contracts";
import { AppError } from "@waiter/errors";
import jwt from "jsonwebtoken";
import { toDerSignature } from "./der-signature.ts";
import type { KeyRing } from "./key-ring.ts";
import type { Tickets } from "./tickets.ts";

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
  /** Allowed clock difference, s. */
  readonly leewayS?: number;
  /** When given, `iss` must equal it. */
  readonly issuer?: string;
}
interface Presented {
  readonly ticket: string;
  readonly tickets: Tickets;
  /** For which the ticket must have been issued. */
  readonly audience: string;
}
/** The claims of a session's tokens, without the times. */
interface Session {
  /** Tenant id. */
  readonly tid: string;
  readonly slug: string;
  /** Session id; a revocation names it. */
  readonly sid: string;
  /** Staff id, or guest session id. */
  readonly sub: string;
}
export interface StaffSession extends Session {
  readonly name: string;
  readonly role: Role;
  /** Generation of the role: a new role ends the token. */
  readonly rid?: string | undefined;
}
export interface GuestSession extends Session {
  /** Table id. */
  readonly table: string;
  /** Generation of the code that was scanned: a new code ends the token. */
  readonly code?: string | undefined;
}

export const staffTokenLifetimeS = 15 * 60;
/** The guest page renews its token with the table's code. */
export const guestTokenLifetimeS = 30 * 60;
/** How long after its issue a guest's token still shows that a new one is for the same guest: one meal. */
export const guestSessionLifetimeS = 4 * 60 * 60;
const longestToken = 4_096;
/**
 * Exactly three base64url parts: Buffer ignores invalid characters, and the string is forwarded in
 * a header.
 */
const shape = /^([\w-]+)\.([\w-]+)\.([\w-]+)$/;

/** Signs a staff member's access token; it expires after 15 minutes by default. */
export const signStaff = (claims: StaffSession, keys: KeyRing, options: SignOptions): SignedToken =>
  sign({ ...claims, aud: "staff" }, keys, options, staffTokenLifetimeS);

/** Signs the access token of a guest session at one table. */
export const signGuest = (claims: GuestSession, keys: KeyRing, options: SignOptions): SignedToken =>
  sign({ ...claims, aud: "guest" }, keys, options, guestTokenLifetimeS);

function sign(
  claims: object,
  keys: KeyRing,
  options: SignOptions,
  defaultLifetimeS: number,
): SignedToken {
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
 * Verifies a token and returns its claims. The caller checks revocation and the host's tenant.
 * Accepts only ES256, whatever the header says. Does not use jsonwebtoken, which decodes a token
 * three times and inspects the key each time: a gateway verifies one token per handshake.
 * @throws {AppError} `token_expired` (beyond the leeway) or `unauthorized` (anything else).
 */
export function verifyToken(token: string, keys: KeyRing, options: VerifyOptions = {}): Claims {
  const read = readToken(token, keys);
  const { data, der } = signedPart(read);
  if (!verify("sha256", data, read.key, der)) throw refused("The token is not valid.");
  keepHeader(read, keys);
  return readClaims(read.payload, options);
}

const verifyOnPool = promisify<string, Buffer, KeyObject, Buffer, boolean>(verify);

/** {@link verifyToken} on the thread pool: a mass reconnect does not block the event loop. */
export async function verifyTokenAside(
  token: string,
  keys: KeyRing,
  options: VerifyOptions = {},
): Promise<Claims> {
  const read = readToken(token, keys);
  const { data, der } = signedPart(read);
  if (!(await verifyOnPool("sha256", data, read.key, der)))
    throw refused("The token is not valid.");
  keepHeader(read, keys);
  return readClaims(read.payload, options);
}

/**
 * {@link verifyToken} with the signature check replaced by a ticket; everything else is checked.
 * @returns undefined where the ticket is not valid: then verify the signature.
 * @throws {AppError} as `verifyToken`.
 */
export function verifyTicketed(
  token: string,
  keys: KeyRing,
  { ticket, tickets, audience, ...options }: VerifyOptions & Presented,
): Claims | undefined {
  const read = readToken(token, keys);
  if (!tickets.isValid(ticket, { token, kid: read.kid, audience })) return undefined;
  keepHeader(read, keys);
  return readClaims(read.payload, options);
}

/** The ticket of a token that was verified for its audience; undefined without a secret. */
export const ticketOf = (token: string, keys: KeyRing, tickets: Tickets, audience: string) =>
  tickets.issue({ token, kid: readToken(token, keys).kid, audience });

interface NamedKey {
  readonly kid: string;
  readonly key: KeyObject;
}
/** A token's parts and the key that it names; not verified yet. */
interface ReadToken extends NamedKey {
  readonly header: string;
  readonly payload: string;
  readonly signature: string;
}

function readToken(token: string, keys: KeyRing): ReadToken {
  if (token.length > longestToken) throw refused("The token is too long.");
  const [, header, payload, signature] = shape.exec(token) ?? [];
  if (header === undefined || payload === undefined || signature === undefined)
    throw refused("The token is not valid.");
  const { kid, key } = knownHeaders.get(keys)?.get(header) ?? parseHeader(header, keys);
  return { header, payload, signature, kid, key };
}

/** The headers of a ring's verified tokens, and what they name: one header per key and issuer. */
const knownHeaders = new WeakMap<KeyRing, Map<string, NamedKey>>();
/** Bounds what tokens of another issuer with the same key can add. */
const mostKnownHeaders = 16;

/** Remembers the header of a token that was verified: a client may send any other. */
function keepHeader({ header, kid, key }: ReadToken, keys: KeyRing): void {
  let known = knownHeaders.get(keys);
  if (known === undefined) knownHeaders.set(keys, (known = new Map()));
  if (known.size < mostKnownHeaders && !known.has(header)) known.set(header, { kid, key });
}

function parseHeader(header: string, keys: KeyRing): NamedKey {
  const { alg, kid, crit } = parsePart(header) as Record<"alg" | "kid" | "crit", unknown>;
  // RFC 7515, 4.1.11: a token with extensions that the verifier does not know must be refused.
  if (crit !== undefined) throw refused("The token is not valid.");
  const key = typeof kid === "string" && alg === "ES256" ? keys.publicKeys.get(kid) : undefined;
  if (typeof kid !== "string" || key === undefined)
    throw refused("The token is not signed by a known key.");
  return { kid, key };
}

/** What a signature check needs: the signed bytes, and the signature as OpenSSL reads it. */
function signedPart({ header, payload, signature }: ReadToken): { data: Buffer; der: Buffer } {
  const der = toDerSignature(Buffer.from(signature, "base64url"));
  if (der === undefined) throw refused("The token is not valid.");
  return { data: Buffer.from(`${header}.${payload}`), der };
}

/** Checks the claims of a token whose signature is valid. */
function readClaims(payload: string, { leewayS = 30, issuer }: VerifyOptions): Claims {
  const parsed = claimsSchema.safeParse(parsePart(payload));
  if (!parsed.success) throw refused("The token's claims are not those of an access token.");
  checkTimes(parsed.data, leewayS);
  if (issuer !== undefined && parsed.data["iss"] !== issuer)
    throw refused("The token is not valid.");
  return parsed.data;
}

/**
 * Checks the times of claims that were verified.
 * @throws {AppError} `token_expired` or `unauthorized`.
 */
export function checkTimes({ exp, nbf }: Claims, leewayS = 30): void {
  const now = Math.floor(Date.now() / 1_000);
  if (nbf !== undefined && !(typeof nbf === "number" && nbf <= now + leewayS))
    throw refused("The token is not valid.");
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
