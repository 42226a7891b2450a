import type { RequestHandler } from "express";

/**
 * Middlewares as one, in this order. The router walks one layer for all of them, and every request
 * passes them. They pass errors to `next`: what one throws after a pause reaches no error handler.
 */
export const inTurn =
  (...handlers: readonly RequestHandler[]): RequestHandler =>
  (request, response, next) => {
    let index = 0;
    const step = (error?: unknown): unknown => {
      const handler = error === undefined ? handlers[index++] : undefined;
      return handler === undefined ? next(error) : handler(request, response, step);
    };
    return step();
  };

/** A middleware of the paths in this folder (`/api`: `/api` and `/api/...`); the others pass by. */
export const under =
  (folder: string, handler: RequestHandler): RequestHandler =>
  (request, response, next) => {
    const { path } = request;
    return path === folder || path.startsWith(`${folder}/`)
      ? handler(request, response, next)
      : next();
  };
