import { AppError } from "@waiter/errors";
import QRCode from "qrcode";
import type { Context } from "../../context.ts";
import { defineRoute } from "../../http/route.ts";
import { guestUrl } from "../../tenants/guest-url.ts";

export const getTableQr = ({ database, config }: Pick<Context, "database" | "config">) =>
  defineRoute("GET /api/tables/:id/qr.svg", {
    tag: "Tables",
    hasSecrets: true,
    summary: "Get the QR code of a table",
    ids: ["id"],
    limits: ["staff"],
    errors: ["not_found"],
    answers: { 200: { description: "An SVG image", type: "image/svg+xml" } },
    handle: async ({ tenant, param }) => {
      const table = await database.inTenant(
        tenant.id,
        (tx) =>
          tx
            .selectFrom("dining_table")
            .select("token")
            .where("tenant_id", "=", tenant.id)
            .where("id", "=", param("id"))
            .executeTakeFirst(),
        { readOnly: true },
      );
      if (table === undefined) throw new AppError("not_found");
      const content = await QRCode.toString(guestUrl(tenant.slug, table.token, config.DOMAIN_URL), {
        type: "svg",
        errorCorrectionLevel: "M",
        margin: 4,
      });
      return { status: 200, text: { type: "image/svg+xml", content } };
    },
  });
