import { table } from "@waiter/contracts";
import { newTableToken } from "@waiter/database";
import { AppError } from "@waiter/errors";
import { z } from "zod";
import type { Context } from "../../context.ts";
import { defineRoute } from "../../http/route.ts";
import { guestUrl } from "../../tenants/guest-url.ts";

const answer = z.object({
  table: table.omit({ zone: true }).extend({ token: z.string(), guestUrl: z.url() }),
});

export const rotateTableToken = ({ database, config }: Pick<Context, "database" | "config">) =>
  defineRoute("POST /api/tables/:id/rotate-token", {
    tag: "Tables",
    summary: "Give a table a new code; the old one opens no session any more",
    ids: ["id"],
    body: z.strictObject({}),
    limits: ["staff"],
    errors: ["not_found"],
    answers: { 200: { description: "The table with its new code", schema: answer } },
    handle: async ({ tenant, param }) => {
      const row = await database.inTenant(tenant.id, (tx) =>
        tx
          .updateTable("dining_table")
          .set({ token: newTableToken() })
          .where("tenant_id", "=", tenant.id)
          .where("id", "=", param("id"))
          .returning(["id", "label", "token"])
          .executeTakeFirst(),
      );
      if (row === undefined) throw new AppError("not_found");
      return {
        status: 200,
        body: { table: { ...row, guestUrl: guestUrl(tenant.slug, row.token, config.DOMAIN_URL) } },
      };
    },
  });
