import * as contracts from "@waiter/contracts";
import type { Context } from "../../context.ts";
import { defineRoute } from "../../http/route.ts";
import { createTenant } from "../../tenants/create-tenant.ts";

export const createTenantRoute = ({
  database,
  config,
  invalidate,
}: Pick<Context, "database" | "config" | "invalidate">) =>
  defineRoute("POST /api/platform/tenants", {
    tag: "Platform",
    summary: "Create a tenant with its owner",
    body: contracts.createTenantBody,
    // Up to 1,000 labels of tables.
    bodyBytes: 100_000,
    limits: ["platform"],
    errors: ["conflict"],
    answers: { 201: { description: "Created", schema: contracts.createTenantAnswer } },
    handle: async ({ body }) => {
      const created = await createTenant(database, config.DOMAIN_URL, body);
      // Somebody may have asked for this host a moment ago, and been told that nobody has it.
      invalidate(created.tenant.id, "tenant");
      return { status: 201, body: created };
    },
  });
