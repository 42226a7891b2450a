import { logoBody, restaurantLimits, settings } from "@waiter/contracts";
import { fail } from "@waiter/errors";
import { encodeLogo, putLogo, readLogo } from "@waiter/restaurant";
import { z } from "zod";
import type { Context } from "../../context.ts";
import { defineRoute } from "../../http/route.ts";
import { changeAnswer, changeContext, type ChangeDeps } from "../change-answer.ts";

const shared = { tag: "Settings", limits: ["staff"], idempotencyKey: "optional" } as const;

export const putLogoRoute = (deps: ChangeDeps) =>
  defineRoute("PUT /api/settings/logo", {
    ...shared,
    limits: ["staff", "costly"],
    summary: "Set the restaurant's logo",
    description:
      "PNG, JPEG or WebP, at most 512 kB and 4 megapixels, no animation: the picture's bytes, or JSON with the picture in base64. It is encoded again as WebP.",
    media: {
      types: ["image/png", "image/jpeg", "image/webp"],
      bytes: restaurantLimits.logoBytes,
    },
    body: logoBody,
    bodyBytes: 720_000,
    answers: {
      200: { description: "The settings after the change", schema: z.object({ settings }) },
    },
    handle: async (call) => {
      const logo = await encodeLogo(call.bytes ?? Buffer.from(call.body.image, "base64"));
      return changeAnswer(
        deps,
        call.tenant.id,
        await putLogo(deps.database, changeContext(call), logo),
      );
    },
  });

export const deleteLogoRoute = (deps: ChangeDeps) =>
  defineRoute("DELETE /api/settings/logo", {
    ...shared,
    summary: "Remove the restaurant's logo",
    answers: { 204: { description: "Removed" } },
    handle: async (call) =>
      changeAnswer(deps, call.tenant.id, await putLogo(deps.database, changeContext(call), null)),
  });

const fileName = /^([0-9a-f]{32})\.webp$/;

/** The address carries the content's hash, so every cache may keep it. */
export const getLogo = ({ database }: Pick<Context, "database">) =>
  defineRoute("GET /api/logo/:file", {
    tag: "Settings",
    summary: "Read the restaurant's logo",
    errors: ["not_found"],
    answers: { 200: { description: "A WebP picture", type: "image/webp" } },
    handle: async ({ tenant, param }) => {
      const hash = fileName.exec(param("file"))?.[1] ?? fail("not_found");
      const content =
        (await database.inTenant(tenant.id, (tx) => readLogo(tx, hash), { readOnly: true })) ??
        fail("not_found");
      return {
        status: 200,
        bytes: { type: "image/webp", content },
        headers: { "Cache-Control": "public, max-age=31536000, immutable" },
      };
    },
  });
