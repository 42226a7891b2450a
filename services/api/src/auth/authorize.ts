import { constantTimeEquals } from "@waiter/auth";
import {
  callerOf,
  endOf,
  isAllowed,
  revocable,
  type Access,
  type Claims,
  type Head,
  type PersonAccess,
} from "@waiter/contracts";
import type { TenantEntry } from "@waiter/database";
import { AppError } from "@waiter/errors";
import { guardRevoked, type Guard } from "@waiter/requests";
import type { Request, Response } from "express";
import type { RevokedSessions } from "../caches/revoked-sessions.ts";
import type { TenantDirectory } from "../caches/tenant-directory.ts";
import { clientOf } from "./client.ts";
import { operatorOf, type PlatformToken } from "./platform-tokens.ts";
import { tenantOf } from "./resolve-tenant.ts";
import type { VerifiedTokens } from "./verified-tokens.ts";

export interface AuthorizeDeps {
  readonly verified: Pick<VerifiedTokens, "verify">;
  readonly tenants: TenantDirectory;
  readonly revoked: RevokedSessions;
  /** Any of these is valid: two while the secret is rotated, none where it is not configured. */
  readonly internalTokens: readonly string[];
  readonly platformTokens: readonly PlatformToken[];
  /** Counts a caller without a session, by address. Rejects with `rate_limited`. */
  readonly countStranger: (request: Request, response: Response) => Promise<void>;
}
/** What a route says about its callers. */
export interface RouteAccess {
  readonly access: Access;
  /** The route's command refuses an ended session itself; see {@link livingGuard}. */
  readonly refusesEnded?: boolean | undefined;
}
export interface Authorized {
  readonly tenant: TenantEntry | undefined;
  readonly principal: Claims | undefined;
  /** The tenant's position, where Postgres was asked for ended sessions. */
  readonly head: Head | undefined;
  /** Name of the platform token, of platform routes alone. */
  readonly operator: string | undefined;
}

const anonymous: Authorized = {
  tenant: undefined,
  principal: undefined,
  head: undefined,
  operator: undefined,
};

/**
 * Checks that the caller may use a route of this access; returns tenant and principal.
 *
 * Verifies the signature before any lookup, and counts callers without a valid token by address
 * first: a stranger costs Postgres at most the limit, with any number of hosts and tokens.
 */
export async function authorize(
  { access, refusesEnded }: RouteAccess,
  deps: AuthorizeDeps,
  request: Request,
  response: Response,
): Promise<Authorized> {
  switch (access) {
    case "public":
      await deps.countStranger(request, response);
      return anonymous;
    case "internal":
      await requireSecret(deps, request, response);
      return anonymous;
    case "platform":
      if (deps.platformTokens.length === 0 || clientOf(response).host.kind !== "apex")
        throw new AppError("not_found");
      return { ...anonymous, operator: await requireOperator(deps, request, response) };
    case "tenant":
      await deps.countStranger(request, response);
      return { ...anonymous, tenant: await tenantOf(deps.tenants, response) };
    default:
      return person(access, deps, request, response, refusesEnded === true);
  }
}

async function person(
  access: PersonAccess,
  deps: AuthorizeDeps,
  request: Request,
  response: Response,
  refusesEnded: boolean,
): Promise<Authorized> {
  const principal = bearer(request, deps);
  if (principal instanceof AppError) await deps.countStranger(request, response);
  const tenant = await tenantOf(deps.tenants, response);
  if (principal instanceof AppError) throw principal;
  if (principal.tid !== tenant.id) throw new AppError("tenant_mismatch");
  if (!isAllowed(access, callerOf(principal))) throw new AppError("forbidden");
  const head = refusesEnded
    ? undefined
    : await requireLiving(tenant.id, principal, deps, request.method);
  return { ...anonymous, tenant, principal, head };
}

/**
 * Refuses tokens of ended sessions, deactivated people and replaced table codes, those of a former
 * role as expired, and all of a tenant that was suspended since it was cached. Returns the position
 * that the same lookup found.
 */
async function requireLiving(
  tenantId: string,
  claims: Claims,
  { revoked }: AuthorizeDeps,
  method: string,
): Promise<Head | undefined> {
  const isRead = method === "GET" || method === "HEAD";
  const { ended, head } =
    claims.aud === "staff" || !isRead
      ? await revoked.read(tenantId)
      : { ended: await revoked.of(tenantId), head: undefined };
  refuseEnded(tenantId, claims, ended);
  return head;
}

function refuseEnded(tenantId: string, claims: Claims, ended: ReadonlySet<string>): void {
  if (ended.has(tenantId)) throw new AppError("tenant_suspended");
  const end = endOf(revocable(claims), (id) => ended.has(id));
  if (end === "unauthorized") throw new AppError(end, { detail: "This session was ended." });
  if (end !== undefined) throw new AppError(end);
}

/**
 * What {@link authorize} refuses after asking Postgres, as a guard of a command: read in the
 * command's own transaction, without a round trip.
 */
export const livingGuard = (tenantId: string, claims: Claims): Guard =>
  guardRevoked(claims.aud, (ended) => refuseEnded(tenantId, claims, ended));

/** The claims of the caller's token, or why there are none. */
function bearer(request: Request, { verified }: AuthorizeDeps): Claims | AppError {
  const token = credentials(request, "Bearer");
  if (token === undefined)
    return new AppError("unauthorized", { detail: "This needs an access token." });
  try {
    return verified.verify(token);
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
}

async function requireSecret(
  { countStranger, internalTokens }: AuthorizeDeps,
  request: Request,
  response: Response,
): Promise<void> {
  if (internalTokens.length === 0) throw new AppError("not_found");
  const given = credentials(request, "Internal");
  if (given !== undefined && internalTokens.some((secret) => constantTimeEquals(given, secret)))
    return;
  await countStranger(request, response);
  throw new AppError("unauthorized");
}

async function requireOperator(
  { countStranger, platformTokens }: AuthorizeDeps,
  request: Request,
  response: Response,
): Promise<string> {
  const operator = operatorOf(platformTokens, credentials(request, "Bearer"));
  if (operator !== undefined) return operator;
  await countStranger(request, response);
  throw new AppError("unauthorized");
}

/** The credentials of an Authorization header of this scheme. */
export function credentials(request: Request, scheme: "Bearer" | "Internal"): string | undefined {
  const [given, value, ...rest] = (request.get("authorization") ?? "").split(" ");
  return given?.toLowerCase() === scheme.toLowerCase() &&
    value !== undefined &&
    value !== "" &&
    rest.length === 0
    ? value
    : undefined;
}
