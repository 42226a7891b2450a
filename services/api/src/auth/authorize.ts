import { constantTimeEquals, verifyToken, type KeyRing } from "@waiter/auth";
import {
  callerOf,
  endOf,
  isAllowed,
  revocable,
  type Access,
  type Claims,
  type PersonAccess,
} from "@waiter/contracts";
import type { TenantEntry } from "@waiter/database";
import { AppError } from "@waiter/errors";
import type { Request, Response } from "express";
import type { RevokedSessions } from "../caches/revoked-sessions.ts";
import type { TenantDirectory } from "../caches/tenant-directory.ts";
import { clientOf } from "./client.ts";
import { tenantOf } from "./resolve-tenant.ts";

export interface AuthorizeDeps {
  readonly keys: KeyRing;
  readonly issuer: string;
  readonly tenants: TenantDirectory;
  readonly revoked: RevokedSessions;
  /** Any of these is valid: two while the secret is rotated, none where it is not configured. */
  readonly internalTokens: readonly string[];
  readonly platformTokens: readonly string[];
  /** Counts a caller without a session, by address. Rejects with `rate_limited`. */
  readonly countStranger: (request: Request, response: Response) => Promise<void>;
}
export interface Authorized {
  readonly tenant: TenantEntry | undefined;
  readonly principal: Claims | undefined;
}

const nobody: Authorized = { tenant: undefined, principal: undefined };

/**
 * Checks that the caller may use a route of this access; returns tenant and principal.
 *
 * Verifies the signature before any lookup, and counts callers without a valid token by address
 * first: a stranger costs Postgres at most the limit, with any number of hosts and tokens.
 */
export async function authorize(
  access: Access,
  deps: AuthorizeDeps,
  request: Request,
  response: Response,
): Promise<Authorized> {
  switch (access) {
    case "public":
      await deps.countStranger(request, response);
      return nobody;
    case "internal":
      await requireSecret(deps, request, response, "Internal", deps.internalTokens);
      return nobody;
    case "platform":
      if (deps.platformTokens.length === 0 || clientOf(response).host.kind !== "apex")
        throw new AppError("not_found");
      await requireSecret(deps, request, response, "Bearer", deps.platformTokens);
      return nobody;
    case "tenant":
      await deps.countStranger(request, response);
      return { tenant: await tenantOf(deps.tenants, response), principal: undefined };
    default:
      return person(access, deps, request, response);
  }
}

async function person(
  access: PersonAccess,
  deps: AuthorizeDeps,
  request: Request,
  response: Response,
): Promise<Authorized> {
  const principal = bearer(request, deps);
  if (principal instanceof AppError) await deps.countStranger(request, response);
  const tenant = await tenantOf(deps.tenants, response);
  if (principal instanceof AppError) throw principal;
  if (principal.tid !== tenant.id) throw new AppError("tenant_mismatch");
  if (!isAllowed(access, callerOf(principal))) throw new AppError("forbidden");
  await requireLiving(tenant.id, principal, deps, request.method);
  return { tenant, principal };
}

/**
 * Refuses tokens of ended sessions, deactivated people and replaced table codes, those of a former
 * role as expired, and all of a tenant that was suspended since it was cached.
 */
async function requireLiving(
  tenantId: string,
  claims: Claims,
  { revoked }: AuthorizeDeps,
  method: string,
): Promise<void> {
  const isRead = method === "GET" || method === "HEAD";
  const ended = await revoked.of(tenantId, { fresh: claims.aud === "staff" || !isRead });
  if (ended.has(tenantId)) throw new AppError("tenant_suspended");
  const end = endOf(revocable(claims), (id) => ended.has(id));
  if (end === "unauthorized") throw new AppError(end, { detail: "This session was ended." });
  if (end !== undefined) throw new AppError(end);
}

/** The claims of the caller's token, or why there are none. */
function bearer(request: Request, { keys, issuer }: AuthorizeDeps): Claims | AppError {
  const token = credentials(request, "Bearer");
  if (token === undefined)
    return new AppError("unauthorized", { detail: "This needs an access token." });
  try {
    return verifyToken(token, keys, { issuer });
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
}

async function requireSecret(
  { countStranger }: AuthorizeDeps,
  request: Request,
  response: Response,
  scheme: "Bearer" | "Internal",
  secrets: readonly string[],
): Promise<void> {
  if (secrets.length === 0) throw new AppError("not_found");
  const given = credentials(request, scheme);
  if (given !== undefined && secrets.some((secret) => constantTimeEquals(given, secret))) return;
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
