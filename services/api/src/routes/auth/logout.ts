import { verifyToken } from "@waiter/auth";
import * as contracts from "@waiter/contracts";
import { revokeStaffSession, type TenantEntry, type TenantTransaction } from "@waiter/database";
import type { Request } from "express";
import { credentials } from "../../auth/authorize.ts";
import { requireOwnOrigin } from "../../auth/own-origin.ts";
import { expiredRefreshCookies, refreshTokensOf } from "../../auth/refresh-cookie.ts";
import { parseRefreshToken, type RefreshToken } from "../../auth/refresh-token.ts";
import { endSession } from "../../auth/sessions.ts";
import type { Context } from "../../context.ts";
import { defineRoute } from "../../http/route.ts";
import { isSecure } from "../../auth/token-issuer.ts";

type Deps = Pick<Context, "database" | "tokens" | "announceRevoked" | "securityLog">;

export const logout = ({ database, tokens, announceRevoked, securityLog }: Deps) =>
  defineRoute("POST /api/auth/logout", {
    tag: "Auth",
    summary: "End the session",
    description:
      "Ends the session of the refresh token (body or cookie) or of the access token, at once on every gateway. Answers the same when there is none. With the cookie, the request must come from the restaurant's own origin.",
    body: contracts.logoutBody,
    errors: ["origin_refused"],
    answers: { 204: { description: "No such session is alive" } },
    handle: async ({ tenant, body, request }) => {
      const secure = isSecure(tokens);
      const inBody = body.refreshToken !== undefined;
      const given = inBody
        ? [parseRefreshToken(body.refreshToken ?? "") ?? []].flat()
        : refreshTokensOf(request, { secure });
      if (!inBody) requireOwnOrigin(request, tenant.slug, tokens.issuer);
      const ended = await database.inTenant(tenant.id, (tx) =>
        given.length === 0 ? endByBearer(tx, request, tenant, tokens) : endAll(tx, given),
      );
      announceRevoked(tenant.id, ended);
      for (const sid of ended)
        securityLog.note("session_revoked", { tenantId: tenant.id, sid, reason: "logout" });
      return { status: 204, headers: { "Set-Cookie": expiredRefreshCookies({ secure }) } };
    },
  });

async function endAll(tx: TenantTransaction, tokens: readonly RefreshToken[]): Promise<string[]> {
  const ended: string[] = [];
  for (const token of tokens) ended.push(...[(await endSession(tx, token)) ?? []].flat());
  return ended;
}

async function endByBearer(
  tx: TenantTransaction,
  request: Request,
  tenant: TenantEntry,
  { keys, issuer }: Context["tokens"],
): Promise<string[]> {
  const token = credentials(request, "Bearer");
  const claims = token === undefined ? undefined : verifyToken(token, keys, { issuer });
  if (claims?.aud !== "staff" || claims.tid !== tenant.id) return [];
  return (await revokeStaffSession(tx, claims.sid)) ? [claims.sid] : [];
}
