import { z } from "zod";
import { AppError } from "./app-error.ts";
import type { ErrorCode } from "./catalogue.ts";
import { fieldErrors } from "./validate.ts";

/** `type` of the errors that Express' body parser raises -> our code. */
const bodyParserCodes: Readonly<Record<string, ErrorCode>> = {
  "entity.parse.failed": "malformed_json",
  "entity.verify.failed": "bad_request",
  "entity.too.large": "payload_too_large",
  "parameters.too.many": "payload_too_large",
  "charset.unsupported": "unsupported_media_type",
  "encoding.unsupported": "unsupported_media_type",
  "request.aborted": "bad_request",
  "request.size.invalid": "bad_request",
};

const statusCodes: Readonly<Record<number, ErrorCode>> = {
  400: "bad_request",
  401: "unauthorized",
  403: "forbidden",
  404: "not_found",
  405: "method_not_allowed",
  413: "payload_too_large",
  412: "precondition_failed",
  415: "unsupported_media_type",
  416: "range_not_satisfiable",
  422: "validation_failed",
  429: "rate_limited",
  503: "unavailable",
};

/**
 * Any thrown value as an error of the catalogue: an AppError as it is, zod's as
 * `validation_failed`, a library's client error (body parser, router) by its type and status, and
 * everything else as `internal`. The original is the `cause`.
 */
export function toAppError(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  if (thrown instanceof z.core.$ZodError)
    return new AppError("validation_failed", {
      extra: { errors: fieldErrors(thrown) },
      cause: thrown,
    });
  if (thrown instanceof URIError) return new AppError("bad_request", { cause: thrown });
  return new AppError(libraryCode(thrown) ?? "internal", { cause: thrown });
}

/** Reads the conventions of `http-errors`: `type`, and `status` below 500. */
function libraryCode(thrown: unknown): ErrorCode | undefined {
  if (!(thrown instanceof Error)) return undefined;
  const { type, status } = thrown as Error & { type?: unknown; status?: unknown };
  if (typeof type === "string" && bodyParserCodes[type] !== undefined) return bodyParserCodes[type];
  if (typeof status !== "number" || status < 400 || status >= 500) return undefined;
  return statusCodes[status] ?? "bad_request";
}
