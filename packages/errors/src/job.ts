import type { AppError } from "./app-error.ts";
import { toAppError } from "./to-app-error.ts";

/** The job edge: whether running the job again may help, and what to write into the log. */
export function toJobFailure(thrown: unknown): {
  readonly error: AppError;
  readonly retry: boolean;
} {
  const error = toAppError(thrown);
  return { error, retry: error.row.retryable };
}
