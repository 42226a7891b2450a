import * as contracts from "@waiter/contracts";
import type { Context } from "../../context.ts";
import { defineRoute } from "../../http/route.ts";
import { createTenant } from "../../tenants/create-tenant.ts";

export const createTenantRoute = ({
  database,
  config,
  invalidate,
  securityLog,
}: Pick<Context, "database" | "config" | "invalidate" | "securityLog">) =>
  defineRoute("POST /api/platform/tenants", {
    tag: "Platform",
    hasSecrets: true,
    summary: "Create a tenant with its owner",
    body: contracts.createTenantBody,
    // 1,000 labels of 50 characters, each an escape of 6 bytes.
    bodyBytes: 320_000,
    limits: ["platform"],
    errors: ["conflict"],
    answers: { 201: { description: "Created", schema: contracts.createTenantAnswer } },
    handle: async ({ body, operator }) => {
      const created = await createTenant(database, config, body);
      // Caches may hold that this host names no tenant.
      invalidate(created.tenant.id, "tenant");
      securityLog.note("tenant_created", { tenantId: created.tenant.id, by: operator });
      return { status: 201, body: created };
    },
  });
