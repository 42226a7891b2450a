import type { IncomingMessage, ServerResponse } from "node:http";
import type { RequestHandler } from "express";
import morgan from "morgan";
import type { Logger } from "./logger.ts";

/** What other middleware leaves on a request for the log. */
type Annotated = IncomingMessage & {
  readonly id?: unknown;
  readonly originalUrl?: string;
  readonly tenant?: { readonly id?: unknown };
};

/** Probes and scrapes: every few seconds, and of no interest. */
const quietPaths = new Set(["/livez", "/readyz", "/startupz", "/metrics", "/api/health"]);

/**
 * One line per HTTP request, by morgan into winston: method, path without its secrets (query, table
 * code), status, duration in ms, requestId, tenant. Failures of ours (5xx) are warnings; probes are
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
      // Absent when the client went away before an answer.
      status,
      durationMs: Number(tokens["total-time"]?.(request, response, 1)) || undefined,
      bytes: Number(response.getHeader("content-length")) || undefined,
      requestId: typeof request.id === "string" ? request.id : undefined,
      tenant: typeof request.tenant?.id === "string" ? request.tenant.id : undefined,
    });
    // Nothing for morgan to write: the line went to winston, with its level and fields.
    return undefined;
  }) as RequestHandler;
}

/** A query may hold a token, and who knows a table's code can call as if sitting there. */
const withoutSecrets = (url: string): string =>
  (url.split("?", 1)[0] ?? "").replace(/^\/t\/.+/, "/t/...");
