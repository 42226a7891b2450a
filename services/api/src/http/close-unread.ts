import type { ErrorRequestHandler } from "express";

/**
 * A refused body up to this many bytes is read to its end and dropped, so that the caller sees the
 * answer.
 */
const drainedBytes = 1_000_000;

/**
 * Ends the connection of a refused request whose body is still arriving, and is long or of unknown
 * length.
 */
export const closeUnread: ErrorRequestHandler = (error: unknown, request, response, next) => {
  const declared = Number(request.headers["content-length"] ?? Number.NaN);
  const isLong = request.headers["transfer-encoding"] !== undefined || declared > drainedBytes;
  if (!request.complete && isLong && !response.headersSent) response.set("Connection", "close");
  next(error);
};
