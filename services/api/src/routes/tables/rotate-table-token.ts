import { guestTokenLifetimeS } from "@waiter/auth";
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

type Deps = Pick<Context, "database" | "config" | "announceRevoked" | "securityLog">;

export const rotateTableToken = ({ database, config, announceRevoked, securityLog }: Deps) =>
  defineRoute("POST /api/tables/:id/rotate-token", {
    tag: "Tables",
    hasSecrets: true,
    summary: "Give a table a new code",
    description: "The old code and all guest sessions opened with it end at once.",
    ids: ["id"],
    body: z.strictObject({}),
    limits: ["staff"],
    errors: ["not_found"],
    answers: { 200: { description: "The table with its new code", schema: answer } },
    handle: async ({ tenant, principal, param }) => {
      const { code, row } = await database.inTenant(tenant.id, async (tx) => {
        const table = await tx
          .selectFrom("dining_table")
          .select("code_id")
          .where("tenant_id", "=", tenant.id)
          .where("id", "=", param("id"))
          .forNoKeyUpdate()
          .executeTakeFirst();
        if (table === undefined) throw new AppError("not_found");
        const changed = await tx
          .updateTable("dining_table")
          .set({ token: newTableToken(), checked_at: null })
          .where("tenant_id", "=", tenant.id)
          .where("id", "=", param("id"))
          .returning(["id", "label", "token"])
          .executeTakeFirstOrThrow();
        return { code: table.code_id, row: changed };
      });
      announceRevoked(tenant.id, [code], guestTokenLifetimeS);
      securityLog.note("table_code_rotated", {
        tenantId: tenant.id,
        staffId: principal.sub,
        tableId: row.id,
      });
      return {
        status: 200,
        body: { table: { ...row, guestUrl: guestUrl(tenant.slug, row.token, config.DOMAIN_URL) } },
      };
    },
  });
