import { platformInvitationAnswer, platformInvitationBody } from "@waiter/contracts";
import { AppError } from "@waiter/errors";
import type { Context } from "../../context.ts";
import { defineRoute } from "../../http/route.ts";
import { invitePerson } from "../../tenants/invite-person.ts";

type Deps = Pick<Context, "database" | "config" | "afterCommit" | "securityLog">;

export const inviteOwnerRoute = ({ database, config, afterCommit, securityLog }: Deps) =>
  defineRoute("POST /api/platform/tenants/:slug/invitation", {
    tag: "Platform",
    hasSecrets: true,
    summary: "Make a one-time invitation for an owner, or for the person named",
    description:
      "Valid for 24 hours; it ends the person's invitation before it. The answer is never stored: a repeated call makes a new link.",
    body: platformInvitationBody,
    limits: ["platform"],
    errors: ["not_found"],
    answers: { 201: { description: "The link and its QR code", schema: platformInvitationAnswer } },
    handle: async ({ param, body: { staffId }, operator }) => {
      const tenant = await database.findTenant(param("slug"));
      if (tenant === undefined) throw new AppError("not_found");
      const invited = await invitePerson(database, config.DOMAIN_URL, tenant, staffId);
      const { staff, invitation, event } = invited;
      afterCommit({ event });
      securityLog.note("invitation_made", {
        tenantId: tenant.id,
        staffId: staff.id,
        by: operator,
      });
      return { status: 201, body: { staff, invitation } };
    },
  });
