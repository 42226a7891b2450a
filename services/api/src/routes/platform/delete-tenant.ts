import type { Context } from "../../context.ts";
import { defineRoute } from "../../http/route.ts";
import { deleteTenant } from "../../tenants/delete-tenant.ts";

type Deps = Pick<Context, "database" | "invalidate" | "forgetTenant">;

export const deleteTenantRoute = ({ database, invalidate, forgetTenant }: Deps) =>
  defineRoute("DELETE /api/platform/tenants/:slug", {
    tag: "Platform",
    summary: "Delete a tenant and everything it has",
    limits: ["platform"],
    errors: ["not_found"],
    answers: { 204: { description: "Deleted" } },
    handle: async ({ param }) => {
      const remains = await deleteTenant(database, param("slug"));
      invalidate(remains.tenantId, "tenant");
      forgetTenant(remains);
      return { status: 204 };
    },
  });
