import { verifyToken } from "@waiter/auth";
import * as contracts from "@waiter/contracts";
import type { TenantEntry } from "@waiter/database";
import type { Request } from "express";
import type { Context } from "../context.ts";
import { defineRoute } from "../http/route.ts";
import { credentials } from "../middleware/authorize.ts";
import { expiredRefreshCookie, refreshCookieOf } from "../staff/refresh-cookie.ts";
import { parseRefreshToken } from "../staff/refresh-token.ts";
import { revokeByToken, revokeSession } from "../staff/sessions.ts";

type Deps = Pick<Context, "database" | "tokens" | "announceRevoked">;

export const logout = ({ database, tokens, announceRevoked }: Deps) =>
  defineRoute({
    method: "post",
    path: "/api/auth/logout",
    access: "tenant",
    tag: "Auth",
    summary: "End the session",
    description: "Ends the session of the refresh token (body or cookie) or of the access token, at once on every gateway. Answers the same when there is none.",
    body: contracts.logoutBody,
    answers: { 204: { description: "No such session is alive" } },
    handle: async ({ tenant, body, request }) => {
      const given = parseRefreshToken(body.refreshToken ?? refreshCookieOf(request) ?? "");
      const bearer = given === undefined ? sessionOfBearer(request, tenant, tokens) : undefined;
      const sid = given?.sid ?? bearer;
      if (sid !== undefined) {
        const ended = await database.inTenant(tenant.id, (tx) => (given === undefined ? revokeSession(tx, sid) : revokeByToken(tx, given)));
        if (ended) announceRevoked(tenant.id, [sid]);
      }
      return { status: 204, headers: { "Set-Cookie": expiredRefreshCookie({ secure: tokens.issuer.startsWith("https:") }) } };
    },
  });

function sessionOfBearer(request: Request, tenant: TenantEntry, { keys, issuer }: Context["tokens"]): string | undefined {
  const token = credentials(request, "Bearer");
  if (token === undefined) return undefined;
  const claims = verifyToken(token, keys, { issuer });
  return claims.aud === "staff" && claims.tid === tenant.id ? claims.sid : undefined;
}
