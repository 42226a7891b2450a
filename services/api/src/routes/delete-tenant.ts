import { AppError } from "@waiter/errors";
import type { Context } from "../context.ts";
import { defineRoute } from "../http/route.ts";
import { deleteTenant } from "../tenants/delete-tenant.ts";

type Deps = Pick<Context, "database" | "invalidate" | "forgetTenant">;

export const deleteTenantRoute = ({ database, invalidate, forgetTenant }: Deps) =>
  defineRoute({
    method: "delete",
    path: "/api/platform/tenants/:slug",
    access: "platform",
    tag: "Platform",
    summary: "Delete a tenant and everything it has",
    limits: ["platform"],
    errors: ["not_found"],
    answers: { 204: { description: "Deleted" } },
    handle: async ({ param }) => {
      const tenant = await database.findTenant(param("slug"));
      if (tenant === undefined) throw new AppError("not_found");
      const [head] = await database.heads([tenant.id]);
      const tables = await database.inTenant(tenant.id, (tx) => tx.selectFrom("dining_table").select("id").execute(), { readOnly: true });
      await deleteTenant(database, tenant.id);
      invalidate(tenant.id, "tenant");
      if (head !== undefined) forgetTenant(tenant.id, { epoch: head.epoch, tableIds: tables.map(({ id }) => id) });
      return { status: 204 };
    },
  });
