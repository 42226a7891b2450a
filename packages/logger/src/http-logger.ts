import type { IncomingMessage, ServerResponse } from "node:http";
import type { RequestHandler } from "express";
import morgan from "morgan";
import type { Logger } from "./logger.ts";

/** Fields that other middleware sets on a request. */
type Annotated = IncomingMessage & {
  readonly id?: unknown;
  readonly originalUrl?: string;
  readonly tenant?: { readonly id?: unknown };
};

/** Probes and scrapes come every few seconds; logged at debug level. */
const quietPaths = new Set(["/livez", "/readyz", "/startupz", "/metrics", "/api/health"]);

/**
 * One line per HTTP request, by morgan into winston: method, path without its secrets (query, table
 * code), status, duration in ms, requestId, tenant. Server errors (5xx) are warnings; probes are
 * logged at debug level.
 */
export function httpLogger(logger: Logger): RequestHandler {
  return morgan<Annotated, ServerResponse>((tokens, request, response) => {
    const path = withoutSecrets(request.originalUrl ?? request.url ?? "");
    const status = response.headersSent ? response.statusCode : undefined;
    const level =
      status !== undefined && status >= 500 ? "warn" : quietPaths.has(path) ? "debug" : "info";
    logger[level]("request", {
      method: request.method,
      path,
      // Absent when the client disconnected before the answer.
      status,
      durationMs: Number(tokens["total-time"]?.(request, response, 1)) || undefined,
      bytes: Number(response.getHeader("content-length")) || undefined,
      requestId: typeof request.id === "string" ? request.id : undefined,
      tenant: typeof request.tenant?.id === "string" ? request.tenant.id : undefined,
    });
    // winston has written the line; undefined makes morgan write none.
    return undefined;
  }) as RequestHandler;
}

/** A query may hold a token; a table's code authorizes requests of that table. */
const withoutSecrets = (url: string): string =>
  (url.split("?", 1)[0] ?? "").replace(/^\/t\/.+/, "/t/...");
