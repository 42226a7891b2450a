import { Router } from "express";
import type { Route } from "../http/route.ts";
import { buildDocument } from "./build-document.ts";

/**
 * GET /openapi.json on OPS_PORT: every route, those of gateways and of the platform included, which
 * the public document does not name.
 */
export function operatorsDocument(
  routes: readonly Route[],
  info: Parameters<typeof buildDocument>[1],
): Router {
  const router = Router();
  router.get("/openapi.json", (_request, response) => {
    response.json(buildDocument(routes, info));
  });
  return router;
}
