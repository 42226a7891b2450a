import { invitationAnswer } from "@waiter/contracts";
import { invite } from "@waiter/restaurant";
import { z } from "zod";
import type { Context } from "../../context.ts";
import { defineRoute } from "../../http/route.ts";
import { invitationLink } from "../../tenants/invitation-link.ts";
import { changeContext, type ChangeDeps } from "../change-answer.ts";

export const inviteStaff = (deps: ChangeDeps & Pick<Context, "config" | "securityLog">) =>
  defineRoute("POST /api/staff/:id/invitation", {
    hasSecrets: true,
    tag: "Staff",
    summary: "Make a one-time invitation for a person",
    description:
      "Valid for 24 hours; it ends the invitation before it. The answer is never stored: a repeated call makes a new link, whatever its Idempotency-Key.",
    ids: ["id"],
    body: z.strictObject({}),
    idempotencyKey: "optional",
    limits: ["staff"],
    errors: ["not_found"],
    answers: { 201: { description: "The link and its QR code", schema: invitationAnswer } },
    handle: async (call) => {
      const { tenant } = call;
      const invited = await invite(deps.database, changeContext(call), call.param("id"));
      deps.afterCommit({ event: invited.event });
      deps.securityLog.note("invitation_made", {
        tenantId: tenant.id,
        staffId: call.param("id"),
        by: call.principal.sub,
      });
      return {
        status: 201,
        body: await invitationLink(tenant.slug, deps.config.DOMAIN_URL, invited),
      };
    },
  });
