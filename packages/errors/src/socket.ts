import type { CommandError, Refusal, Request } from "@waiter/contracts";
import type { AppError } from "./app-error.ts";
import { toAppError } from "./to-app-error.ts";

/**
 * The socket edge, acknowledgements: code and public text, with a conflict the request as it is
 * now.
 */
export function toSocketError(thrown: unknown): CommandError {
  const error = toAppError(thrown);
  return {
    code: error.code,
    message: socketMessage(error),
    ...(error.extra.request !== undefined && { request: error.extra.request as Request }),
  };
}

function socketMessage(error: AppError): string {
  const fields = error.extra.errors?.map(({ path, message }) =>
    path === "" ? message : `${path}: ${message}`,
  );
  return (
    error.detail ?? (fields?.length ? `${error.row.title}: ${fields.join("; ")}` : error.row.title)
  );
}

/**
 * The socket edge, handshakes: what `connect_error`'s `data` says. An error without a refusal of
 * its own is `unauthorized` when the client has to change something, else `overloaded`, which the
 * SDK retries.
 */
export function toRefusal(thrown: unknown): Refusal {
  const error = toAppError(thrown);
  const code = error.row.socket ?? (error.row.owner === "client" ? "unauthorized" : "overloaded");
  return {
    code,
    ...(error.retryAfterS !== undefined && { retryAfterMs: error.retryAfterS * 1_000 }),
  };
}
