import * as contracts from "@waiter/contracts";
import { AppError } from "@waiter/errors";
import type { Context } from "../../context.ts";
import { defineRoute } from "../../http/route.ts";

export const getTenant = ({ tenants }: Pick<Context, "tenants">) =>
  defineRoute("GET /internal/tenants/:slug", {
    tag: "Internal",
    summary: "Get a tenant by its slug",
    errors: ["not_found"],
    answers: { 200: { description: "The tenant", schema: contracts.tenantAnswer } },
    handle: async ({ param }) => {
      const tenant = await tenants.find(param("slug"));
      if (tenant === undefined) throw new AppError("not_found");
      return { status: 200, body: { id: tenant.id, slug: tenant.slug } };
    },
  });
