import { verifyToken } from "@waiter/auth";
import * as contracts from "@waiter/contracts";
import { revokeStaffSession, type TenantEntry, type TenantTransaction } from "@waiter/database";
import type { Request } from "express";
import type { Context } from "../../context.ts";
import { defineRoute } from "../../http/route.ts";
import { credentials } from "../../auth/authorize.ts";
import { expiredRefreshCookie, refreshCookieOf } from "../../auth/refresh-cookie.ts";
import { parseRefreshToken } from "../../auth/refresh-token.ts";
import { endSession } from "../../auth/sessions.ts";

type Deps = Pick<Context, "database" | "tokens" | "announceRevoked">;

export const logout = ({ database, tokens, announceRevoked }: Deps) =>
  defineRoute("POST /api/auth/logout", {
    tag: "Auth",
    summary: "End the session",
    description:
      "Ends the session of the refresh token (body or cookie) or of the access token, at once on every gateway. Answers the same when there is none.",
    body: contracts.logoutBody,
    answers: { 204: { description: "No such session is alive" } },
    handle: async ({ tenant, body, request }) => {
      const given = parseRefreshToken(body.refreshToken ?? refreshCookieOf(request) ?? "");
      const ended = await database.inTenant(tenant.id, (tx) =>
        given === undefined ? endByBearer(tx, request, tenant, tokens) : endSession(tx, given),
      );
      if (ended !== undefined) announceRevoked(tenant.id, [ended]);
      return {
        status: 204,
        headers: {
          "Set-Cookie": expiredRefreshCookie({ secure: tokens.issuer.startsWith("https:") }),
        },
      };
    },
  });

async function endByBearer(
  tx: TenantTransaction,
  request: Request,
  tenant: TenantEntry,
  { keys, issuer }: Context["tokens"],
): Promise<string | undefined> {
  const token = credentials(request, "Bearer");
  const claims = token === undefined ? undefined : verifyToken(token, keys, { issuer });
  if (claims?.aud !== "staff" || claims.tid !== tenant.id) return undefined;
  return (await revokeStaffSession(tx, claims.sid)) ? claims.sid : undefined;
}
