import { createHash } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { extname, join } from "node:path";
import { methodNotAllowed } from "@waiter/errors";
import type { NextFunction, Request, RequestHandler, Response } from "express";
import { encodingFor } from "../http/compress.ts";

const suffixes: Readonly<Record<string, string>> = { br: ".br", gzip: ".gz" };
/** The path of a file of the folder itself; dotfiles and folders are none. */
const plainPath = /^\/[\w-]{1,100}(?:\.[\w-]{1,30}){1,3}$/;

export interface FilesOptions {
  readonly cacheControl: string;
}

/**
 * A folder's files, in the encoding that the build has made and the browser takes. Nothing is
 * compressed here. What is no file of the folder passes on; another method than GET and HEAD on a
 * file is a 405.
 */
export const serveFiles =
  (root: string, options: FilesOptions): RequestHandler =>
  (request, response, next) => {
    const { path, method } = request;
    if (!plainPath.test(path) || !isFile(join(root, path))) next();
    else if (method !== "GET" && method !== "HEAD")
      methodNotAllowed("GET", "HEAD")(request, response, next);
    else sendFile(request, response, next, { root, file: path, ...options });
  };

export interface SentFile extends FilesOptions {
  readonly root: string;
  readonly file: string;
}

/**
 * Sends a file that exists, compressed by the build where the browser takes that: ranges and
 * conditions are of the encoded bytes, whose ETag is their own.
 */
export function sendFile(
  request: Request,
  response: Response,
  next: NextFunction,
  { root, file, cacheControl }: SentFile,
): void {
  const encoding = encodingFor(request) ?? "identity";
  const suffix = suffixes[encoding] ?? "";
  const isEncoded = suffix !== "" && isFile(join(root, `${file}${suffix}`));
  const sent = isEncoded ? `${file}${suffix}` : file;
  response.vary("Accept-Encoding");
  response.type(extname(file));
  response.set({ "Cache-Control": cacheControl, ETag: entityTagOf(join(root, sent)) });
  if (isEncoded) response.set("Content-Encoding", encoding);
  // The ETag is the same on every api; the time of a file is not.
  response.sendFile(sent, { root, lastModified: false }, (error?: unknown) => {
    if (error === undefined || response.headersSent) return;
    // A problem document follows: it has none of the file's headers.
    for (const name of ["Cache-Control", "Content-Encoding", "ETag"]) response.removeHeader(name);
    next(error);
  });
}

const tags = new Map<string, { readonly changedMs: number; readonly tag: string }>();

/** A hash of the content, equal on every api of the same build; read again when the file changes. */
function entityTagOf(path: string): string {
  const { mtimeMs: changedMs } = statSync(path);
  const known = tags.get(path);
  if (known?.changedMs === changedMs) return known.tag;
  const hash = createHash("sha256").update(readFileSync(path)).digest("base64url").slice(0, 22);
  tags.set(path, { changedMs, tag: `"${hash}"` });
  return `"${hash}"`;
}

const isFile = (path: string): boolean =>
  statSync(path, { throwIfNoEntry: false })?.isFile() === true;
