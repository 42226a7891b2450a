import { existsSync } from "node:fs";
import { join } from "node:path";
import { UnavailableError } from "@waiter/database";
import { AppError, toAppError } from "@waiter/errors";
import { notFoundDocument, pages, suspendedDocument } from "@waiter/web";
import {
  Router,
  static as serveStatic,
  type ErrorRequestHandler,
  type RequestHandler,
  type Response,
} from "express";
import type { TenantDirectory } from "../caches/tenant-directory.ts";
import { clientOf } from "../auth/client.ts";

/**
 * The hashed assets, on any host: pages that say "there is nothing here" need them too. Browsers
 * keep them for good.
 */
export function serveAssets(root: string): Router {
  const router = Router();
  router.use("/assets", serveCompressed(join(root, "assets")));
  router.use(
    "/assets",
    serveStatic(join(root, "assets"), {
      immutable: true,
      maxAge: "1y",
      index: false,
      redirect: false,
    }),
  );
  return router;
}

const suffixes: Readonly<Record<string, string>> = { br: ".br", gzip: ".gz" };

/** The files that the build has compressed, to browsers that take them. */
const serveCompressed =
  (root: string): RequestHandler =>
  (request, response, next) => {
    response.vary("Accept-Encoding");
    const encoding = request.acceptsEncodings("br", "gzip") || "";
    const file = `${request.path.slice(1)}${suffixes[encoding] ?? ""}`;
    const isCode = /^[\w-]+\.(?:js|css)\.(?:br|gz)$/.test(file);
    if (!isCode || !existsSync(join(root, file))) {
      next();
      return;
    }
    response.type(request.path.endsWith(".css") ? "css" : "js");
    response.setHeader("Content-Encoding", encoding);
    response.sendFile(file, { root, immutable: true, maxAge: "1y" });
  };

/**
 * The documents of the pages, icons and service workers; browsers revalidate them each time. The
 * host of a restaurant that does not exist has no pages; while Postgres is away, every host has
 * them: the page itself says what is going on.
 */
export function servePages(root: string, tenants: TenantDirectory): Router {
  const router = Router();
  router.use(knownHost(tenants));
  router.use(
    serveStatic(root, {
      index: false,
      redirect: false,
      setHeaders: (response) => response.setHeader("Cache-Control", "no-cache"),
    }),
  );
  router.use((request, response, next) => {
    const isRead = request.method === "GET" || request.method === "HEAD";
    const page = isRead ? pages.find(({ pattern }) => pattern.test(request.path)) : undefined;
    if (page === undefined) next();
    else send(response, root, page.document);
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
    else send(response.status(status), root, document);
  };

function send(response: Response, root: string, document: string): void {
  response.sendFile(document, { root, headers: { "Cache-Control": "no-cache" } });
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
