import type { RequestHandler } from "express";

/** The first two segments of a path: `/api/guest` of `/api/guest/requests/1`. */
export const folderOf = (path: string): string => path.split("/", 3).join("/");

/**
 * Handlers by the folder of a request's path; the others pass by. A router tries its routes one
 * after the other, and only a folder's own can match.
 * @throws {Error} for a folder with a parameter.
 */
export function byFolder(handlers: ReadonlyMap<string, RequestHandler>): RequestHandler {
  for (const folder of handlers.keys())
    if (/[^\w./-]/.test(folder)) throw new Error(`the folder ${folder} of a route is not fixed`);
  return (request, response, next) => {
    const handler = handlers.get(folderOf(request.path));
    return handler === undefined ? next() : handler(request, response, next);
  };
}
