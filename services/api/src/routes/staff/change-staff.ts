import { createStaffBody, managedStaff, patchStaffBody } from "@waiter/contracts";
import { createPerson, updatePerson } from "@waiter/restaurant";
import { z } from "zod";
import type { Context } from "../../context.ts";
import { defineRoute } from "../../http/route.ts";
import { changeAnswer, changeContext, type ChangeDeps } from "../change-answer.ts";

const answer = z.object({ staff: managedStaff });
const shared = {
  tag: "Staff",
  idempotencyKey: "optional",
  limits: ["staff"],
} as const;

export const createStaffRoute = (deps: ChangeDeps & Pick<Context, "config">) =>
  defineRoute("POST /api/staff", {
    ...shared,
    summary: "Add a person",
    description:
      "A manager adds waiters and screens, an owner any person. E-mail and password are optional: a person joins by an invitation.",
    body: createStaffBody,
    answers: { 201: { description: "The new person", schema: answer } },
    handle: async (call) =>
      changeAnswer(
        deps,
        call.tenant.id,
        await createPerson(
          deps.database,
          changeContext(call),
          call.body,
          deps.config.PEOPLE_PER_RESTAURANT,
        ),
      ),
  });

export const updateStaffRoute = (
  deps: ChangeDeps & Pick<Context, "announceRevoked" | "config" | "securityLog">,
) =>
  defineRoute("PATCH /api/staff/:id", {
    ...shared,
    summary: "Change a person",
    description:
      "Deactivating a person ends the person's sessions and sockets, and opens the person's claimed requests again. A new role ends access tokens and sockets of the former one (`token_expired`); the devices refresh into the new role.",
    ids: ["id"],
    body: patchStaffBody,
    errors: ["not_found", "conflict", "last_owner"],
    answers: { 200: { description: "The person after the change", schema: answer } },
    handle: async (call) => {
      const { tenant, param, body } = call;
      const changed = await updatePerson(
        deps.database,
        changeContext(call),
        param("id"),
        body,
        deps.config.PEOPLE_PER_RESTAURANT,
      );
      deps.announceRevoked(tenant.id, changed.revoked);
      const facts = { tenantId: tenant.id, staffId: param("id"), by: call.principal.sub };
      const { role } = changed.body.staff;
      if (changed.roleChanged) deps.securityLog.note("role_changed", { ...facts, role });
      if (changed.deactivated) deps.securityLog.note("person_deactivated", facts);
      return changeAnswer(deps, tenant.id, changed);
    },
  });
