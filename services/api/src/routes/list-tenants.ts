import { tenantOrigin } from "@waiter/auth";
import { uuid } from "@waiter/contracts";
import { z } from "zod";
import type { Context } from "../context.ts";
import { defineRoute } from "../http/route.ts";

const query = z.strictObject({ cursor: uuid.optional(), limit: z.coerce.number().int().min(1).max(1_000).default(100) });
const answer = z.object({
  tenants: z.array(z.object({ id: uuid, slug: z.string(), name: z.string(), origin: z.url() })),
  /** Where the next page begins; absent on the last. */
  nextCursor: uuid.optional(),
});

export const listTenants = ({ database, config }: Pick<Context, "database" | "config">) =>
  defineRoute({
    method: "get",
    path: "/api/platform/tenants",
    access: "platform",
    tag: "Platform",
    summary: "List the tenants",
    query,
    limits: ["platform"],
    answers: { 200: { description: "A page, oldest first", schema: answer } },
    handle: async ({ query: { cursor, limit } }) => {
      const found = await database.listTenants({ after: cursor, limit: limit + 1 });
      const page = found.slice(0, limit).map((tenant) => ({ ...tenant, origin: tenantOrigin(tenant.slug, config.DOMAIN_URL) }));
      const last = page.at(-1);
      return { status: 200, body: { tenants: page, ...(found.length > limit && last !== undefined ? { nextCursor: last.id } : {}) } };
    },
  });
