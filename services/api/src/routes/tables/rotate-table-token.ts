import { guestTokenLifetimeS } from "@waiter/auth";
import { table } from "@waiter/contracts";
import { rotateCode } from "@waiter/restaurant";
import { z } from "zod";
import type { Context } from "../../context.ts";
import { defineRoute } from "../../http/route.ts";
import { guestUrl } from "../../tenants/guest-url.ts";
import { changeAnswer, changeContext, type ChangeDeps } from "../change-answer.ts";

const answer = z.object({
  table: table.omit({ zone: true }).extend({ token: z.string(), guestUrl: z.url() }),
});

type Deps = ChangeDeps & Pick<Context, "config" | "announceRevoked" | "securityLog">;

export const rotateTableToken = (deps: Deps) =>
  defineRoute("POST /api/tables/:id/rotate-token", {
    tag: "Tables",
    hasSecrets: true,
    summary: "Give a table a new code",
    description: "The old code and all guest sessions opened with it end at once.",
    ids: ["id"],
    body: z.strictObject({}),
    idempotencyKey: "optional",
    limits: ["staff"],
    errors: ["not_found"],
    answers: { 200: { description: "The table with its new code", schema: answer } },
    handle: async (call) => {
      const { tenant, principal, param } = call;
      const changed = await rotateCode(deps.database, changeContext(call), param("id"));
      if (changed.endedCode !== undefined) {
        deps.announceRevoked(tenant.id, [changed.endedCode], guestTokenLifetimeS);
        deps.securityLog.note("table_code_rotated", {
          tenantId: tenant.id,
          staffId: principal.sub,
          tableId: param("id"),
        });
      }
      const { zone: _zone, ...rest } = changed.body.table;
      const url = guestUrl(tenant.slug, rest.token, deps.config.DOMAIN_URL);
      return changeAnswer(deps, tenant.id, changed, { table: { ...rest, guestUrl: url } });
    },
  });
