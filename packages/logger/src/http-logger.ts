import type { IncomingMessage, ServerResponse } from "node:http";
import { context } from "@opentelemetry/api";
import type { RequestHandler } from "express";
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
 * One line per HTTP request, once its answer is sent or its connection ends: method, path without
 * its secrets (query, table code), status, duration in ms, requestId, tenant. Server errors (5xx)
 * are warnings; probes are logged at debug level.
 */
export function httpLogger(logger: Logger): RequestHandler {
  return (request: Annotated, response, next) => {
    const startedAt = performance.now();
    const log = () => logRequest(logger, request, response, performance.now() - startedAt);
    // Bound, so that the line carries the request's trace.
    response.once("close", context.bind(context.active(), log));
    next();
  };
}

function logRequest(
  logger: Logger,
  request: Annotated,
  response: ServerResponse,
  elapsedMs: number,
): void {
  const path = withoutSecrets(request.originalUrl ?? request.url ?? "");
  const answered = response.headersSent;
  const { statusCode } = response;
  const level = answered && statusCode >= 500 ? "warn" : quietPaths.has(path) ? "debug" : "info";
  logger[level]("request", {
    method: request.method,
    path,
    // Absent when the client disconnected before the answer.
    status: answered ? statusCode : undefined,
    durationMs: answered ? Math.round(elapsedMs * 10) / 10 || undefined : undefined,
    bytes: Number(response.getHeader("content-length")) || undefined,
    requestId: typeof request.id === "string" ? request.id : undefined,
    tenant: typeof request.tenant?.id === "string" ? request.tenant.id : undefined,
  });
}

/** A query may hold a token; a table's code authorizes requests of that table. */
function withoutSecrets(url: string): string {
  const query = url.indexOf("?");
  const path = query < 0 ? url : url.slice(0, query);
  return path.length > 3 && path.startsWith("/t/") ? "/t/..." : path;
}
