import { join } from "node:path";
import { UnavailableError } from "@waiter/database";
import { AppError } from "@waiter/errors";
import { Router, static as serveStatic, type RequestHandler } from "express";
import type { TenantDirectory } from "../caches/tenant-directory.ts";
import { hostOf } from "../tenants/resolve-tenant.ts";

/** Addresses of pages; all are one document, which reads its own address. */
const pages = ["/", "/t/:tableToken", "/login", "/board", "/admin", "/admin/{*rest}"];
const page = "index.html";

/**
 * The web app. Assets have hashed names, so browsers keep them for good; everything else is asked for anew each time. The
 * host of a restaurant that does not exist has no pages; one that cannot be looked up, as Postgres is away, has them all
 * the same: the page itself says what is going on.
 */
export function servePages(root: string, tenants: TenantDirectory): Router {
  const router = Router();
  router.use(knownHost(tenants));
  router.use(
    "/assets",
    serveStatic(join(root, "assets"), {
      immutable: true,
      maxAge: "1y",
      index: false,
      redirect: false,
    }),
  );
  router.use(
    serveStatic(root, {
      index: false,
      redirect: false,
      setHeaders: (response) => response.setHeader("Cache-Control", "no-cache"),
    }),
  );
  router.get(pages, (_request, response) => {
    response.sendFile(page, { root, headers: { "Cache-Control": "no-cache" } });
  });
  return router;
}

const knownHost =
  (tenants: TenantDirectory): RequestHandler =>
  async (_request, response, next) => {
    const host = hostOf(response);
    if (host.kind === "tenant" && !(await exists(tenants, host.slug)))
      throw new AppError("tenant_unknown");
    next();
  };

async function exists(tenants: TenantDirectory, slug: string): Promise<boolean> {
  try {
    return (await tenants.find(slug)) !== undefined;
  } catch (error) {
    if (error instanceof UnavailableError) return true;
    throw error;
  }
}
