import * as contracts from "@waiter/contracts";
import { AppError } from "@waiter/errors";
import type { Context } from "../../context.ts";
import { defineRoute } from "../../http/route.ts";
import { loginAnswer } from "./login-answer.ts";
import { expiredRefreshCookie, refreshCookieOf } from "../../auth/refresh-cookie.ts";
import { parseRefreshToken } from "../../auth/refresh-token.ts";
import { refreshGraceS, rotateSession } from "../../auth/sessions.ts";

type Deps = Pick<Context, "database" | "tokens" | "nextSecret" | "announceRevoked">;

export const refreshSession = ({ database, tokens, nextSecret, announceRevoked }: Deps) =>
  defineRoute("POST /api/auth/refresh", {
    tag: "Auth",
    summary: "Trade a refresh token for a new access token",
    description: [
      'Takes the refresh token from the body or from the cookie, and answers the next one the same way, or in the body when asked with `"refresh": "body"`.',
      `A refresh token works once; for ${refreshGraceS} seconds after that it is answered the same successor, in case the first answer was lost. Later, it ends the whole session.`,
    ].join(" "),
    body: contracts.refreshBody,
    errors: ["unauthorized"],
    answers: { 200: { description: "Refreshed", schema: contracts.loginAnswer } },
    handle: async ({ tenant, body, request, response }) => {
      const given = parseRefreshToken(body.refreshToken ?? refreshCookieOf(request) ?? "");
      const rotation =
        given === undefined
          ? undefined
          : await database.inTenant(tenant.id, (tx) => rotateSession(tx, given, nextSecret));
      const inBody = body.refreshToken !== undefined || body.refresh === "body";
      const staysInCookie = rotation?.outcome === "rotated" && !inBody;
      if (body.refreshToken === undefined && !staysInCookie)
        response.append(
          "Set-Cookie",
          expiredRefreshCookie({ secure: tokens.issuer.startsWith("https:") }),
        );
      if (rotation?.outcome === "rotated")
        return loginAnswer(tokens, { tenant, ...rotation, inBody });
      if (rotation?.outcome === "reused") announceRevoked(tenant.id, [rotation.sid]);
      throw new AppError("unauthorized", { detail: "The session is over. Log in again." });
    },
  });
