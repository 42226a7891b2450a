import type { IncomingHttpHeaders } from "node:http";
import { limits } from "@waiter/contracts";
import { AppError } from "@waiter/errors";
import express, { type RequestHandler } from "express";

const jsonType = /^application\/json(?:\s*;\s*charset="?utf-8"?)?\s*$/i;
const hasBody = (headers: IncomingHttpHeaders): boolean =>
  headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0;

/** A body must be declared as JSON in UTF-8: a form that a foreign page posts is not. */
const onlyJson: RequestHandler = (request, _response, next) => {
  if (hasBody(request.headers) && !jsonType.test(request.headers["content-type"] ?? "")) {
    throw new AppError("unsupported_media_type", { detail: "Send the body as application/json." });
  }
  next();
};

/** Reads JSON bodies of at most 100 kB. Any JSON value passes, for the route's schema to judge: a wrong type is a 422, not a 400. */
export const jsonBody: RequestHandler[] = [
  onlyJson,
  express.json({ limit: limits.bodyBytes, strict: false, type: () => true }),
];
