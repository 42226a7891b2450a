import * as contracts from "@waiter/contracts";
import { AppError } from "@waiter/errors";
import { blockOf } from "../../auth/client.ts";
import { requireOwnOrigin } from "../../auth/own-origin.ts";
import { expiredRefreshCookies, refreshTokensOf } from "../../auth/refresh-cookie.ts";
import { parseRefreshToken } from "../../auth/refresh-token.ts";
import { refreshGraceS, rotateSession } from "../../auth/sessions.ts";
import type { Context } from "../../context.ts";
import { defineRoute } from "../../http/route.ts";
import { isSecure } from "../../auth/token-issuer.ts";
import { loginAnswer } from "./login-answer.ts";
import { nameDevice } from "../../auth/name-device.ts";

type Deps = Pick<
  Context,
  "database" | "tokens" | "chain" | "sessionRules" | "announceRevoked" | "securityLog"
>;

export const refreshSession = (deps: Deps) =>
  defineRoute("POST /api/auth/refresh", {
    tag: "Auth",
    hasSecrets: true,
    summary: "Exchange a refresh token for a new access token",
    description: [
      "Takes the refresh token from the body or from the cookie, and answers the next one in the same place: a token that came in a cookie never leaves in a body.",
      `A refresh token works once. For ${refreshGraceS} seconds after its exchange it gets the same successor again, in case the first answer was lost. Later it ends the session.`,
      "With the cookie, the request must come from the restaurant's own origin.",
    ].join(" "),
    body: contracts.refreshBody,
    limits: ["refresh"],
    errors: ["unauthorized", "origin_refused"],
    answers: { 200: { description: "Refreshed", schema: contracts.loginAnswer } },
    handle: async ({ tenant, body, request, response }) => {
      const { database, tokens, securityLog } = deps;
      const secure = isSecure(tokens);
      const inBody = body.refreshToken !== undefined;
      if (!inBody) requireOwnOrigin(request, tenant.slug, tokens.issuer);
      const given = inBody
        ? [parseRefreshToken(body.refreshToken ?? "") ?? []].flat()
        : refreshTokensOf(request, { secure });
      const rotation =
        given.length === 0
          ? undefined
          : await database.inTenant(tenant.id, (tx) =>
              rotateSession(tx, given, deps.chain, deps.sessionRules, nameDevice(request)),
            );
      if (rotation?.outcome === "rotated")
        return loginAnswer(tokens, {
          tenant,
          ...rotation,
          inBody,
          lifetimeS: deps.sessionRules.lifetimeS,
        });
      if (rotation?.outcome === "reused") {
        securityLog.note("refresh_reused", {
          tenantId: tenant.id,
          sid: rotation.sid,
          block: blockOf(response),
        });
        deps.announceRevoked(tenant.id, [rotation.sid]);
      }
      if (!inBody) response.append("Set-Cookie", expiredRefreshCookies({ secure }));
      throw new AppError("unauthorized", { detail: "The session is over. Log in again." });
    },
  });
