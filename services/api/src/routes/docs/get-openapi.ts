import { z } from "zod";
import { defineRoute, type Route } from "../../http/route.ts";
import { buildDocument } from "../../openapi/build-document.ts";

/**
 * The routes that the public document names: those of gateways and of the platform are for
 * operators, whose ops port documents all.
 */
export const publicRoutes = (routes: readonly Route[]): readonly Route[] =>
  routes.filter(({ access }) => access !== "internal" && access !== "platform");

/** Documents the public routes, itself included; the text is made once, when first asked for. */
export const getOpenapi = (
  routes: () => readonly Route[],
  info: { readonly version: string; readonly origin: string },
) => {
  let text: string | undefined;
  return defineRoute("GET /api/openapi.json", {
    tag: "Documentation",
    summary: "Get this interface as OpenAPI 3.1",
    conditional: true,
    answers: {
      200: { description: "The document", schema: z.looseObject({ openapi: z.string() }) },
    },
    handle: () => ({
      status: 200,
      json: (text ??= JSON.stringify(buildDocument(publicRoutes(routes()), info))),
      headers: { "Cache-Control": "public, max-age=60" },
    }),
  });
};
