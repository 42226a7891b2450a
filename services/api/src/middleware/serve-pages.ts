import { UnavailableError } from "@waiter/database";
import { AppError, methodNotAllowed, toAppError } from "@waiter/errors";
import { notFoundDocument, pages, suspendedDocument } from "@waiter/web";
import {
  Router,
  type ErrorRequestHandler,
  type NextFunction,
  type Request,
  type RequestHandler,
  type Response,
} from "express";
import type { TenantDirectory } from "../caches/tenant-directory.ts";
import { sendFile, serveFiles } from "../assets/serve-files.ts";
import { clientOf } from "../auth/client.ts";
import { allowOwnElements } from "./inline-hashes.ts";

/** Dead ends show it too. */
const icon = /^\/icon[\w-]*\.(?:svg|png)$/;

/**
 * The documents of the pages, icons and service workers; browsers revalidate them each time. The
 * host of a restaurant that does not exist has the icons alone; while Postgres is away, every host
 * has the pages: the page itself says what is going on.
 */
export function servePages(root: string, tenants: TenantDirectory): Router {
  const router = Router();
  const files = serveFiles(root, { cacheControl: "no-cache" });
  router.all(icon, files);
  router.use(knownHost(tenants));
  router.use(files);
  router.use((request, response, next) => {
    const isRead = request.method === "GET" || request.method === "HEAD";
    const page = pages.find(({ pattern }) => pattern.test(request.path));
    if (page === undefined) next();
    else if (isRead) send(request, response, next, root, page.document);
    else methodNotAllowed("GET", "HEAD")(request, response, next);
  });
  return router;
}

/**
 * Answers a person who opened an address that leads nowhere (unknown host, unknown path, damaged
 * link) with a page; programs get the problem document of the error handler behind it.
 */
export const serveDeadEnds =
  (root: string): ErrorRequestHandler =>
  (error: unknown, request, response, next) => {
    const { code, row } = toAppError(error);
    const { status } = row;
    const isDeadEnd = status === 404 || status === 400 || code === "tenant_suspended";
    const document = code === "tenant_suspended" ? suspendedDocument : notFoundDocument;
    const isPerson =
      (request.method === "GET" || request.method === "HEAD") &&
      request.accepts(["json", "html"]) === "html" &&
      !/^\/(?:api|internal|assets)(?:\/|$)/.test(request.path);
    if (!isPerson || !isDeadEnd || response.headersSent) next(error);
    else send(request, response.status(status), next, root, document);
  };

function send(
  request: Request,
  response: Response,
  next: NextFunction,
  root: string,
  file: string,
): void {
  allowOwnElements(response, root, file);
  sendFile(request, response, next, { root, file, cacheControl: "no-cache" });
}

const knownHost =
  (tenants: TenantDirectory): RequestHandler =>
  async (_request, response, next) => {
    const { host } = clientOf(response);
    if (host.kind === "tenant") await requireServed(tenants, host.slug);
    next();
  };

async function requireServed(tenants: TenantDirectory, slug: string): Promise<void> {
  try {
    const tenant = await tenants.find(slug);
    if (tenant === undefined) throw new AppError("tenant_unknown");
    if (tenant.suspended) throw new AppError("tenant_suspended");
  } catch (error) {
    if (!(error instanceof UnavailableError)) throw error;
  }
}
