import { buildAsyncApi } from "@waiter/contracts";
import { z } from "zod";
import { defineRoute } from "../../http/route.ts";
import { renderSockets } from "../../openapi/render-sockets.ts";

interface Info {
  readonly version: string;
  readonly origin: string;
}
const headers = { "Cache-Control": "public, max-age=60" };

/** Documents the sockets; the text is made once, when first asked for. */
export const getAsyncapi = (info: Info) => {
  let text: string | undefined;
  return defineRoute("GET /api/asyncapi.json", {
    tag: "Documentation",
    summary: "The sockets as AsyncAPI 3",
    conditional: true,
    answers: {
      200: { description: "The document", schema: z.looseObject({ asyncapi: z.string() }) },
    },
    handle: () => ({
      status: 200,
      json: (text ??= JSON.stringify(buildAsyncApi(info))),
      headers,
    }),
  });
};

/** The same document for reading: one page, no script, nothing loaded from elsewhere. */
export const getSocketDocs = (info: Info) => {
  let html: string | undefined;
  return defineRoute("GET /api/docs/sockets", {
    tag: "Documentation",
    summary: "The sockets as a page",
    conditional: true,
    answers: { 200: { description: "The page", type: "text/html" } },
    handle: () => ({
      status: 200,
      text: { type: "html", content: (html ??= renderSockets(buildAsyncApi(info))) },
      headers,
    }),
  });
};
