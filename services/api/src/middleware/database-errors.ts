import { CommitUnknownError, sqlStateOf, UnavailableError } from "@waiter/database";
import { AppError } from "@waiter/errors";
import type { ErrorRequestHandler } from "express";

/** A text that Postgres cannot hold, with a NUL in it. */
const untakableText = "22021";

/**
 * Translates errors of the database: an outage or an unknown COMMIT is a 503 with Retry-After; a
 * retry with the same Idempotency-Key returns whatever the first attempt did. A text that Postgres
 * cannot hold is the caller's mistake.
 */
export const databaseErrors: ErrorRequestHandler = (error: unknown, _request, _response, next) => {
  const away = error instanceof UnavailableError || error instanceof CommitUnknownError;
  if (away) return next(new AppError("unavailable", { cause: error }));
  next(sqlStateOf(error) === untakableText ? new AppError("bad_request", { cause: error }) : error);
};
