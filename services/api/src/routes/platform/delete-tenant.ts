import type { Context } from "../../context.ts";
import { defineRoute } from "../../http/route.ts";
import { deleteTenant } from "../../tenants/delete-tenant.ts";

type Deps = Pick<Context, "database" | "invalidate" | "forgetTenant" | "securityLog">;

export const deleteTenantRoute = ({ database, invalidate, forgetTenant, securityLog }: Deps) =>
  defineRoute("DELETE /api/platform/tenants/:slug", {
    tag: "Platform",
    summary: "Delete a tenant and all its data",
    limits: ["platform"],
    errors: ["not_found"],
    answers: { 204: { description: "Deleted" } },
    handle: async ({ param, operator }) => {
      const remains = await deleteTenant(database, param("slug"));
      invalidate(remains.tenantId, "tenant");
      forgetTenant(remains);
      securityLog.note("tenant_deleted", { tenantId: remains.tenantId, by: operator });
      return { status: 204 };
    },
  });
