import * as contracts from "@waiter/contracts";
import { AppError } from "@waiter/errors";
import type { Context } from "../../context.ts";
import { defineRoute } from "../../http/route.ts";

/** Read from Postgres: a gateway keeps the answer for minutes. */
export const getTenant = ({ database }: Pick<Context, "database">) =>
  defineRoute("GET /internal/tenants/:slug", {
    tag: "Internal",
    summary: "Get a tenant by its slug",
    errors: ["not_found", "tenant_suspended"],
    answers: { 200: { description: "The tenant", schema: contracts.tenantAnswer } },
    handle: async ({ param }) => {
      const tenant = await database.findTenant(param("slug"));
      if (tenant === undefined) throw new AppError("not_found");
      if (tenant.suspended) throw new AppError("tenant_suspended");
      return { status: 200, body: { id: tenant.id, slug: tenant.slug } };
    },
  });
