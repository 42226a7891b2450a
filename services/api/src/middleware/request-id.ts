import * as crypto from "node:crypto";
import type { RequestHandler } from "express";

const acceptable = /^[\w.:-]{8,128}$/;

/**
 * Gives every request an id: a trusted proxy's `X-Request-Id` when it is well formed, else a UUID
 * v7.
 * Answers and logs carry it.
 */
export const requestId: RequestHandler = (request, response, next) => {
  const given = request.get("x-request-id");
  const id = given !== undefined && acceptable.test(given) ? given : crypto.randomUUIDv7();
  Object.assign(request, { id });
  response.set("X-Request-Id", id);
  next();
};
