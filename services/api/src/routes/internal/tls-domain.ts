import { tenantLabel } from "@waiter/auth";
import { Router } from "express";
import type { Context } from "../../context.ts";

/** Questions that are answered at a time: strangers choose the names, and each may ask Postgres. */
const atOnce = 8;

/**
 * GET /internal/tls?domain=: 200 where the host is the apex or an active tenant's, else 404, and
 * 503 where Postgres does not answer or too many ask at once. A proxy on the same machine asks
 * before it requests a certificate. On OPS_PORT only, without a token.
 */
export function tlsDomain({ tenants, config }: Pick<Context, "tenants" | "config">): Router {
  const router = Router();
  let running = 0;
  router.get("/internal/tls", async (request, response) => {
    const { domain } = request.query;
    response.setHeader("Cache-Control", "no-store");
    if (running >= atOnce) return void response.sendStatus(503);
    running += 1;
    try {
      response.sendStatus((await isServed(domain)) ? 200 : 404);
    } catch {
      response.sendStatus(503);
    } finally {
      running -= 1;
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
