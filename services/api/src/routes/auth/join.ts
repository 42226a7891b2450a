import { hashPassword } from "@waiter/auth";
import { joinBody, loginAnswer as loginAnswerSchema } from "@waiter/contracts";
import { findStaff } from "@waiter/database";
import { AppError, toAppError } from "@waiter/errors";
import { join, readInvitation } from "@waiter/restaurant";
import { currentTraceparent } from "@waiter/telemetry";
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
  | "passwords"
  | "afterCommit"
  | "announceRevoked"
  | "securityLog"
>;

export const joinRoute = (deps: Deps) =>
  defineRoute("POST /api/auth/join", {
    hasSecrets: true,
    tag: "Auth",
    summary: "Sign a device in by an invitation",
    description:
      "Once; the same `device.key` is answered again for 10 minutes, in case the answer was lost. May set a password.",
    body: joinBody,
    limits: ["login_network", "login_block"],
    errors: [
      "not_found",
      "unauthorized",
      "origin_refused",
      "overloaded",
      "invitation_used",
      "invitation_expired",
      "invitation_replaced",
    ],
    answers: { 200: { description: "Signed in", schema: loginAnswerSchema } },
    handle: async ({ tenant, body, request, response }) => {
      const { invitation: secret, password, device } = body;
      const inBody = body.refresh === "body";
      if (!inBody) requireOwnOrigin(request, tenant.slug, deps.tokens.issuer);
      const block = blockOf(response);
      // The hash is expensive: only a caller with a good invitation may ask for one.
      if (password !== undefined)
        await deps.database
          .inTenant(tenant.id, (tx) => readInvitation(tx, secret), { readOnly: true })
          .catch((error: unknown) => {
            const isRepeat =
              device?.key !== undefined && toAppError(error).code === "invitation_used";
            if (!isRepeat) throw error;
          });
      const who = { tenantId: tenant.id, account: secret, block, isKnownDevice: false };
      const passwordHash =
        password === undefined
          ? undefined
          : await deps.passwords.run(who, () => hashPassword(password));
      const joined = await join(
        deps.database,
        tenant.id,
        { secret, device, passwordHash, traceparent: currentTraceparent() },
        async (tx, staffId, { name, invitationId }) => {
          const named = { deviceName: name ?? nameDevice(request), invitationId };
          const started = await createSession(tx, staffId, deps.chain, deps.sessionRules, named);
          const staff = await findStaff(tx, staffId);
          if (staff === undefined) throw new AppError("not_found");
          return { sid: started.token.sid, staff, ...started };
        },
      );
      if (joined.event !== undefined) deps.afterCommit({ event: joined.event });
      const { token, ended, staff } = joined.session;
      const replaced = joined.replaced === undefined ? [] : [joined.replaced];
      deps.announceRevoked(tenant.id, [...ended, ...replaced]);
      const knownDevice = deps.devices.read(request, tenant.slug);
      const facts = { tenantId: tenant.id, block, staffId: staff.id, sid: token.sid };
      deps.securityLog.note("invitation_used", facts);
      deps.securityLog.note("login_succeeded", facts);
      for (const sid of [...ended, ...replaced])
        deps.securityLog.note("session_revoked", { ...facts, sid, reason: "replaced" });
      return loginAnswer(deps.tokens, {
        tenant,
        staff,
        token,
        inBody,
        lifetimeS: deps.sessionRules.lifetimeS,
        cookies: [deps.devices.issue(tenant.slug, knownDevice)],
      });
    },
  });
