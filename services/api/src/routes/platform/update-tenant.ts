import { tenantOrigin } from "@waiter/auth";
import { patchTenantBody, platformTenant } from "@waiter/contracts";
import { setSuspended } from "@waiter/restaurant";
import { AppError } from "@waiter/errors";
import { z } from "zod";
import type { Context } from "../../context.ts";
import { defineRoute } from "../../http/route.ts";

type Deps = Pick<Context, "database" | "config" | "announceTenant" | "securityLog">;

export const updateTenantRoute = ({ database, config, announceTenant, securityLog }: Deps) =>
  defineRoute("PATCH /api/platform/tenants/:slug", {
    tag: "Platform",
    summary: "Suspend a tenant, or resume it",
    description:
      "A suspended tenant keeps everything; its sockets end and every call is answered 403 `tenant_suspended`.",
    body: patchTenantBody,
    limits: ["platform"],
    errors: ["not_found"],
    answers: {
      200: {
        description: "The tenant after the change",
        schema: z.object({ tenant: platformTenant }),
      },
    },
    handle: async ({ param, body: { suspended }, operator }) => {
      const tenant = await database.findTenant(param("slug"));
      if (tenant === undefined) throw new AppError("not_found");
      if (await setSuspended(database, tenant.id, suspended)) {
        announceTenant(tenant.id);
        securityLog.note(suspended ? "tenant_suspended" : "tenant_resumed", {
          tenantId: tenant.id,
          by: operator,
        });
      }
      const origin = tenantOrigin(tenant.slug, config.DOMAIN_URL);
      return { status: 200, body: { tenant: { ...tenant, suspended, origin } } };
    },
  });
