import type { TenantEntry } from "@waiter/database";
import { AppError } from "@waiter/errors";
import QRCode from "qrcode";
import type { Context } from "../../context.ts";
import { defineRoute } from "../../http/route.ts";
import { guestUrl } from "../../tenants/guest-url.ts";

type Deps = Pick<Context, "database" | "config">;

const shared = {
  tag: "Tables",
  hasSecrets: true,
  summary: "Get the QR code of a table",
  ids: ["id"],
  limits: ["staff"],
  errors: ["not_found"],
} as const;
/** Level M survives a coffee stain; 4 modules are the quiet zone that scanners need. */
const look = { errorCorrectionLevel: "M", margin: 4 } as const;
const pngWidth = 1_024;

/** The link that the table's code carries. Throws `not_found` for an unknown or a retired table. */
async function linkOf(
  { database, config }: Deps,
  tenant: TenantEntry,
  tableId: string,
): Promise<string> {
  const table = await database.inTenant(
    tenant.id,
    (tx) =>
      tx
        .selectFrom("dining_table")
        .select("token")
        .where("tenant_id", "=", tenant.id)
        .where("id", "=", tableId)
        .where("retired_at", "is", null)
        .executeTakeFirst(),
    { readOnly: true },
  );
  if (table === undefined) throw new AppError("not_found");
  return guestUrl(tenant.slug, table.token, config.DOMAIN_URL);
}

export const getTableQrSvg = (deps: Deps) =>
  defineRoute("GET /api/tables/:id/qr.svg", {
    ...shared,
    answers: { 200: { description: "An SVG image", type: "image/svg+xml" } },
    handle: async ({ tenant, param }) => {
      const link = await linkOf(deps, tenant, param("id"));
      const content = await QRCode.toString(link, { type: "svg", ...look });
      return { status: 200, text: { type: "image/svg+xml", content } };
    },
  });

export const getTableQrPng = (deps: Deps) =>
  defineRoute("GET /api/tables/:id/qr.png", {
    ...shared,
    // A PNG takes 75 ms of CPU, an SVG 1 ms.
    limits: ["staff", "costly"],
    answers: { 200: { description: "A PNG image, 1024 pixels wide", type: "image/png" } },
    handle: async ({ tenant, param }) => {
      const link = await linkOf(deps, tenant, param("id"));
      const content = await QRCode.toBuffer(link, { type: "png", width: pngWidth, ...look });
      return { status: 200, bytes: { type: "image/png", content } };
    },
  });
