import { isAllowed, managedTable } from "@waiter/contracts";
import * as database from "@waiter/database";
import { orderVersion } from "@waiter/restaurant";
import { z } from "zod";
import type { Context } from "../../context.ts";
import { retiredFlag } from "../../http/flag.ts";
import { nextCursor, pageOf, pageQuery, requireCursor } from "../../http/page.ts";
import { defineRoute } from "../../http/route.ts";
import { guestUrl } from "../../tenants/guest-url.ts";

/** Codes are for those who print them: a waiter's answer has none. */
const answer = z.object({
  tables: z.array(managedTable),
  version: z.int().describe("Of the order: PUT /api/tables/order names it"),
  nextCursor,
});

export const listTables = ({ database: db, config }: Pick<Context, "database" | "config">) =>
  defineRoute("GET /api/tables", {
    tag: "Tables",
    hasSecrets: true,
    summary: "List tables; owner and manager also get codes and links",
    query: pageQuery.extend({ retired: retiredFlag }),
    limits: ["staff"],
    errors: ["not_found"],
    answers: { 200: { description: "A page, in the owner's order", schema: answer } },
    handle: async ({ tenant, principal, query: { cursor, limit, retired } }) => {
      const { rows, version } = await db.inTenant(
        tenant.id,
        async (tx) => {
          const found = await database.listTables(tx, { after: cursor, limit: limit + 1, retired });
          await requireCursor(tx, ["dining_table"], { cursor, found });
          return { rows: found, version: await orderVersion(tx, "tables") };
        },
        { readOnly: true },
      );
      const { page, ...next } = pageOf(rows, limit);
      const tables = page.map(({ token, ...row }) =>
        isAllowed("manager", principal.role) && row.retiredAt === undefined
          ? { ...row, token, guestUrl: guestUrl(tenant.slug, token, config.DOMAIN_URL) }
          : row,
      );
      return { status: 200, body: { tables, version, ...next } };
    },
  });
