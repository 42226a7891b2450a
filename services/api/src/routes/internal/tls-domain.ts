import { tenantLabel } from "@waiter/auth";
import { Router } from "express";
import type { Context } from "../../context.ts";

/**
 * GET /internal/tls?domain=: 200 where the host is the apex or an active tenant's, else 404, and
 * 503 where Postgres does not answer. A proxy on the same machine asks before it requests a
 * certificate. On OPS_PORT only, without a token.
 */
export function tlsDomain({ tenants, config }: Pick<Context, "tenants" | "config">): Router {
  const router = Router();
  router.get("/internal/tls", async (request, response) => {
    const { domain } = request.query;
    response.setHeader("Cache-Control", "no-store");
    try {
      response.sendStatus((await isServed(domain)) ? 200 : 404);
    } catch {
      response.sendStatus(503);
    }
  });
  return router;

  async function isServed(domain: unknown): Promise<boolean> {
    if (typeof domain !== "string") return false;
    const host = tenantLabel(domain, config.DOMAIN_URL);
    if (host.kind !== "tenant") return host.kind === "apex";
    return (await tenants.find(host.slug))?.suspended === false;
  }
}
