import { AppError } from "@waiter/errors";
import type { ErrorRequestHandler } from "express";

/** Says, with every 401, how to authenticate (RFC 6750). */
export const challenge: ErrorRequestHandler = (error: unknown, _request, response, next) => {
  if (error instanceof AppError && error.row.status === 401) {
    response.set(
      "WWW-Authenticate",
      error.code === "token_expired" ? 'Bearer error="invalid_token"' : "Bearer",
    );
  }
  next(error);
};
