import { verifyPassword } from "@waiter/auth";
import * as contracts from "@waiter/contracts";
import { findStaffByEmail } from "@waiter/database";
import { AppError } from "@waiter/errors";
import { accountName } from "../../auth/account-name.ts";
import { blockOf } from "../../auth/client.ts";
import { requireOwnOrigin } from "../../auth/own-origin.ts";
import { createSession } from "../../auth/sessions.ts";
import type { Context } from "../../context.ts";
import { defineRoute } from "../../http/route.ts";
import { loginAnswer } from "./login-answer.ts";
import { nameDevice } from "../../auth/name-device.ts";

type Deps = Pick<
  Context,
  | "database"
  | "tokens"
  | "chain"
  | "sessionRules"
  | "devices"
  | "loginThrottle"
  | "passwords"
  | "announceRevoked"
  | "securityLog"
>;

export const login = (deps: Deps) =>
  defineRoute("POST /api/auth/login", {
    tag: "Auth",
    hasSecrets: true,
    summary: "Log in as staff",
    description: [
      'Answers an access token of 15 minutes, and a refresh token in an HttpOnly cookie, or in the body with `"refresh": "body"`.',
      "After repeated failures for one account, other devices wait up to 30 s between attempts (429 with Retry-After); a browser that logged in before does not.",
    ].join(" "),
    body: contracts.loginBody,
    limits: ["login_network", "login_block", "login_device"],
    errors: ["unauthorized", "origin_refused", "overloaded"],
    answers: { 200: { description: "Logged in", schema: contracts.loginAnswer } },
    handle: async ({ tenant, body, request, response }) => {
      const { database, securityLog } = deps;
      const inBody = body.refresh === "body";
      if (!inBody) requireOwnOrigin(request, tenant.slug, deps.tokens.issuer);
      const block = blockOf(response);
      const who = { tenantId: tenant.id, account: accountName(body.email) };
      const device = deps.devices.read(request, tenant.slug);
      if (device === undefined) await requireTurn(deps, who, block);
      const person = await database.inTenant(tenant.id, (tx) => findStaffByEmail(tx, who.account), {
        readOnly: true,
      });
      const isRight = await deps.passwords.run(
        { ...who, block, isKnownDevice: device !== undefined },
        () => verifyPassword(body.password, person?.passwordHash),
      );
      if (person?.active !== true || !isRight) {
        await deps.loginThrottle.failed(who);
        securityLog.note("login_failed", { ...who, block });
        throw new AppError("unauthorized", {
          detail: "The e-mail address or the password is wrong.",
        });
      }
      await deps.loginThrottle.succeeded(who);
      const { token, ended } = await database.inTenant(tenant.id, (tx) =>
        createSession(tx, person.id, deps.chain, deps.sessionRules, {
          deviceName: nameDevice(request),
        }),
      );
      deps.announceRevoked(tenant.id, ended);
      securityLog.note("login_succeeded", { ...who, block, staffId: person.id, sid: token.sid });
      return loginAnswer(deps.tokens, {
        tenant,
        staff: person,
        token,
        inBody,
        lifetimeS: deps.sessionRules.lifetimeS,
        cookies: [deps.devices.issue(tenant.slug, device)],
      });
    },
  });

async function requireTurn(
  { loginThrottle, securityLog }: Deps,
  who: { readonly tenantId: string; readonly account: string },
  block: string,
): Promise<void> {
  const waitMs = await loginThrottle.wait(who, block);
  if (waitMs <= 0) return;
  securityLog.note("limit_reached", { ...who, block, scope: "login_account" });
  throw new AppError("rate_limited", { extra: { retryAfterS: Math.ceil(waitMs / 1_000) } });
}
