import { randomUUID } from "node:crypto";
import type { ErrorRequestHandler, Request, RequestHandler } from "express";
import { AppError } from "./app-error.ts";
import { problemContentType, toProblem } from "./problem.ts";
import { toAppError } from "./to-app-error.ts";

/** The part of a logger that the HTTP edge needs. */
export interface ErrorLog {
  debug(message: string, fields?: object): void;
  warn(message: string, fields?: object): void;
  error(message: string, fields?: object): void;
}

/**
 * The HTTP edge: the last error handler of an app. Answers `application/problem+json` with `code`
 * and `requestId`, `Retry-After` on every 429 and 503. Errors of ours are logged as errors, an
 * upstream's or missing capacity as warnings, a client's never above debug. An answer already begun
 * is cut off: the client must not take half for whole.
 */
export function httpErrorHandler(log: ErrorLog): ErrorRequestHandler {
  return (thrown: unknown, request, response, _next) => {
    const error = toAppError(thrown);
    const id = requestIdOf(request);
    logByOwner(log, error, {
      requestId: id,
      method: request.method,
      // A table's code authorizes requests of that table.
      path: request.path.replace(/^\/t\/.+/, "/t/..."),
      code: error.code,
      err: error.cause ?? error,
    });
    if (response.headersSent) {
      response.destroy();
      return;
    }
    if (error.retryAfterS !== undefined)
      response.setHeader("Retry-After", String(Math.ceil(error.retryAfterS)));
    response.removeHeader("ETag");
    response.status(error.row.status).setHeader("Cache-Control", "no-store");
    response.type(problemContentType).send(JSON.stringify(toProblem(error, id)));
  };
}

function logByOwner(log: ErrorLog, error: AppError, fields: object): void {
  const { owner } = error.row;
  if (owner === "platform") log.error("request failed", fields);
  else if (owner === "client") log.debug("request refused", fields);
  else log.warn("request not served", fields);
}

/** `request.id` as the request-id middleware set it, else a new one. */
function requestIdOf(request: Request): string {
  const { id } = request as Request & { id?: unknown };
  return typeof id === "string" ? id : randomUUID();
}

/** For what no route answered. */
export const notFound: RequestHandler = (_request, _response, next) => {
  next(new AppError("not_found"));
};

/**
 * For a path that exists with other methods; `Allow` names them. Mount with
 * `router.route(path).all(...)` after them.
 */
export function methodNotAllowed(...allowed: readonly string[]): RequestHandler {
  return (_request, response, next) => {
    response.setHeader("Allow", allowed.join(", "));
    next(new AppError("method_not_allowed"));
  };
}
