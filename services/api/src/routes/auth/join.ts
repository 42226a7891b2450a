import { hashPassword } from "@waiter/auth";
import { joinBody, loginAnswer as loginAnswerSchema } from "@waiter/contracts";
import { join, readInvitation } from "@waiter/restaurant";
import { currentTraceparent } from "@waiter/telemetry";
import type { Context } from "../../context.ts";
import { createSession } from "../../auth/sessions.ts";
import { defineRoute } from "../../http/route.ts";
import { loginAnswer } from "./login-answer.ts";

type Deps = Pick<Context, "database" | "tokens" | "afterCommit" | "announceRevoked">;

export const joinRoute = ({ database, tokens, afterCommit, announceRevoked }: Deps) =>
  defineRoute("POST /api/auth/join", {
    tag: "Auth",
    summary: "Sign a device in by an invitation",
    description:
      "Once; the same `device.key` is answered again for 10 minutes, in case the answer was lost. May set a password.",
    body: joinBody,
    limits: ["auth_address"],
    errors: ["not_found", "invitation_used", "invitation_expired", "invitation_replaced"],
    answers: { 200: { description: "Signed in", schema: loginAnswerSchema } },
    handle: async ({ tenant, body }) => {
      const { invitation: secret, password, device } = body;
      // The hash is expensive: only a caller with a good invitation may ask for one.
      if (password !== undefined && device?.key === undefined)
        await database.inTenant(tenant.id, (tx) => readInvitation(tx, secret), { readOnly: true });
      const joined = await join(
        database,
        tenant.id,
        {
          secret,
          device,
          traceparent: currentTraceparent(),
          ...(password !== undefined && { passwordHash: await hashPassword(password) }),
        },
        (tx, staffId, { name, invitationId }) =>
          createSession(tx, staffId, { deviceName: name, invitationId }),
      );
      if (joined.event !== undefined) afterCommit(tenant.id, { event: joined.event });
      if (joined.replaced !== undefined) announceRevoked(tenant.id, [joined.replaced]);
      const { id, name, role } = joined.staff;
      return loginAnswer(tokens, {
        tenant,
        staff: { id, name, role },
        token: joined.session,
        inBody: body.refresh === "body",
      });
    },
  });
