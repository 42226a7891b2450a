import { table } from "@waiter/contracts";
import * as database from "@waiter/database";
import { z } from "zod";
import type { Context } from "../../context.ts";
import { nextCursor, pageOf, pageQuery } from "../../http/page.ts";
import { defineRoute } from "../../http/route.ts";
import { guestUrl } from "../../tenants/guest-url.ts";

/** Codes are for those who print them: a waiter's answer has none. */
const listed = table.extend({ token: z.string().optional(), guestUrl: z.url().optional() });
const answer = z.object({ tables: z.array(listed), nextCursor });

export const listTables = ({ database: db, config }: Pick<Context, "database" | "config">) =>
  defineRoute("GET /api/tables", {
    tag: "Tables",
    summary: "The tables, with their guests' links for owner and manager",
    query: pageQuery,
    limits: ["staff"],
    answers: { 200: { description: "A page, in the owner's order", schema: answer } },
    handle: async ({ tenant, principal, query: { cursor, limit } }) => {
      const rows = await db.inTenant(
        tenant.id,
        (tx) => database.listTables(tx, { after: cursor, limit: limit + 1 }),
        { readOnly: true },
      );
      const { page, ...next } = pageOf(rows, limit);
      const tables = page.map(({ token, ...row }) =>
        principal.role === "waiter"
          ? row
          : { ...row, token, guestUrl: guestUrl(tenant.slug, token, config.DOMAIN_URL) },
      );
      return { status: 200, body: { tables, ...next } };
    },
  });
