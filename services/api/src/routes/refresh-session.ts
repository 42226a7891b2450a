import * as contracts from "@waiter/contracts";
import { AppError } from "@waiter/errors";
import type { Context } from "../context.ts";
import { defineRoute } from "../http/route.ts";
import { loginAnswer } from "../staff/login-answer.ts";
import { expiredRefreshCookie, refreshCookieOf } from "../staff/refresh-cookie.ts";
import { parseRefreshToken } from "../staff/refresh-token.ts";
import { rotateSession } from "../staff/sessions.ts";

type Deps = Pick<Context, "database" | "tokens" | "nextSecret" | "announceRevoked">;

export const refreshSession = ({ database, tokens, nextSecret, announceRevoked }: Deps) =>
  defineRoute({
    method: "post",
    path: "/api/auth/refresh",
    access: "tenant",
    tag: "Auth",
    summary: "Trade a refresh token for a new access token",
    description:
      "Takes the refresh token from the body or from the cookie, and answers the next one the same way. A refresh token works once (twice within ten seconds); one of the past ends the whole session.",
    body: contracts.refreshBody,
    errors: ["unauthorized"],
    answers: { 200: { description: "Refreshed", schema: contracts.loginAnswer } },
    handle: async ({ tenant, body, request, response }) => {
      const given = parseRefreshToken(body.refreshToken ?? refreshCookieOf(request) ?? "");
      const rotation = given === undefined ? undefined : await database.inTenant(tenant.id, (tx) => rotateSession(tx, given, nextSecret));
      if (rotation?.outcome === "rotated") return loginAnswer(tokens, { tenant, ...rotation, inBody: body.refreshToken !== undefined });
      if (rotation?.outcome === "reused") announceRevoked(tenant.id, [rotation.sid]);
      if (body.refreshToken === undefined) response.append("Set-Cookie", expiredRefreshCookie({ secure: tokens.issuer.startsWith("https:") }));
      throw new AppError("unauthorized", { detail: "The session is over. Log in again." });
    },
  });
