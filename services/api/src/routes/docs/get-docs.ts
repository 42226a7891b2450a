import { defineRoute, type Route } from "../../http/route.ts";
import { buildDocument } from "../../openapi/build-document.ts";
import { renderDocs } from "../../openapi/render-docs.ts";
import { publicRoutes } from "./get-openapi.ts";

/** The same document for reading: one page, no script, nothing loaded from elsewhere. */
export const getDocs = (
  routes: () => readonly Route[],
  info: { readonly version: string; readonly origin: string },
) => {
  let html: string | undefined;
  return defineRoute("GET /api/docs", {
    tag: "Documentation",
    summary: "Read this interface as a page",
    conditional: true,
    answers: { 200: { description: "The page", type: "text/html" } },
    handle: () => ({
      status: 200,
      text: {
        type: "html",
        content: (html ??= renderDocs(buildDocument(publicRoutes(routes()), info))),
      },
      headers: { "Cache-Control": "public, max-age=60" },
    }),
  });
};
