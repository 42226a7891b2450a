import * as crypto from "node:crypto";
import type { Request, RequestHandler } from "express";

const acceptable = /^[\w.:-]{8,128}$/;

/**
 * Gives every request an id: a trusted proxy's `X-Request-Id` when it is well formed, else a UUID
 * v7.
 * Answers and logs carry it.
 */
export const requestId: RequestHandler = (request, response, next) => {
  const given = request.headers["x-request-id"];
  const id = typeof given === "string" && acceptable.test(given) ? given : crypto.randomUUIDv7();
  (request as Request & { id: string }).id = id;
  response.setHeader("X-Request-Id", id);
  next();
};
