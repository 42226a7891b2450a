import type { Problem } from "@waiter/contracts";
import type { AppError } from "./app-error.ts";

export const problemContentType = "application/problem+json";

/**
 * The public face of an error as RFC 9457 problem details. Nothing of `cause` or `stack` is in it.
 */
export function toProblem(error: AppError, requestId: string): Problem {
  const { detail, extra, row } = error;
  return {
    ...extra.members,
    type: "about:blank",
    title: row.title,
    status: row.status,
    code: error.code,
    requestId,
    ...(detail !== undefined && { detail }),
    ...(extra.errors !== undefined && {
      errors: extra.errors.map(({ path, message }) => ({ path, message })),
    }),
    ...(extra.request !== undefined && { request: extra.request }),
  };
}
