import { readInvitationAnswer, readInvitationBody } from "@waiter/contracts";
import { readInvitation } from "@waiter/restaurant";
import type { Context } from "../../context.ts";
import { defineRoute } from "../../http/route.ts";

export const readInvitationRoute = ({ database }: Pick<Context, "database">) =>
  defineRoute("POST /api/auth/invitation", {
    tag: "Auth",
    summary: "Read an invitation",
    description: "Names the restaurant and the person; the invitation stays good.",
    body: readInvitationBody,
    limits: ["login_network", "login_block"],
    errors: ["not_found", "invitation_used", "invitation_expired", "invitation_replaced"],
    answers: { 200: { description: "Whom it invites", schema: readInvitationAnswer } },
    handle: async ({ tenant, body }) => ({
      status: 200,
      body: await database.inTenant(tenant.id, (tx) => readInvitation(tx, body.invitation), {
        readOnly: true,
      }),
    }),
  });
