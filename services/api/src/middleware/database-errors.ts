import { CommitUnknownError, UnavailableError } from "@waiter/database";
import { AppError } from "@waiter/errors";
import type { ErrorRequestHandler } from "express";

/**
 * Names, in the catalogue, what the database says: away, or gone in the middle of a COMMIT. Either is a 503 with
 * Retry-After; a retry with the same Idempotency-Key finds out whether the first try counted.
 */
export const databaseErrors: ErrorRequestHandler = (error: unknown, _request, _response, next) => {
  const away = error instanceof UnavailableError || error instanceof CommitUnknownError;
  next(away ? new AppError("unavailable", { cause: error }) : error);
};
