import { tenantOrigin } from "@waiter/auth";
import { platformTenant } from "@waiter/contracts";
import { z } from "zod";
import type { Context } from "../../context.ts";
import { nextCursor, pageOf, pageQuery } from "../../http/page.ts";
import { defineRoute } from "../../http/route.ts";

const answer = z.object({
  tenants: z.array(platformTenant),
  nextCursor,
});

export const listTenants = ({ database, config }: Pick<Context, "database" | "config">) =>
  defineRoute("GET /api/platform/tenants", {
    tag: "Platform",
    summary: "List the tenants",
    query: pageQuery,
    limits: ["platform"],
    answers: { 200: { description: "A page, in the order of ids", schema: answer } },
    handle: async ({ query: { cursor, limit } }) => {
      const { page, ...next } = pageOf(
        await database.listTenants({ after: cursor, limit: limit + 1 }),
        limit,
      );
      return {
        status: 200,
        body: {
          tenants: page.map((tenant) => ({
            ...tenant,
            origin: tenantOrigin(tenant.slug, config.DOMAIN_URL),
          })),
          ...next,
        },
      };
    },
  });
