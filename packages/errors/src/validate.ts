import type { z } from "zod";
import { AppError, type FieldError } from "./app-error.ts";

/**
 * Bounds the number of field errors and the length of each path, which may be a name of the
 * caller's own, so that every answer stays small.
 */
const maxFieldErrors = 50;
const maxPathLength = 200;

/** Every field that a zod error names, once per path and message. */
export function fieldErrors(error: z.core.$ZodError): FieldError[] {
  return error.issues
    .flatMap(issueErrors)
    .slice(0, maxFieldErrors)
    .map(({ path, message }) => ({ path: path.slice(0, maxPathLength).toWellFormed(), message }));
}

function issueErrors(issue: z.core.$ZodIssue): FieldError[] {
  const path = issue.path.map(String).join(".");
  if (issue.code !== "unrecognized_keys") return [{ path, message: issue.message }];
  return issue.keys.map((key) => ({
    path: path === "" ? key : `${path}.${key}`,
    message: "Unknown field",
  }));
}

/** The parsed value, or throws `validation_failed` (422) naming each field that is wrong. */
export function validate<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
): z.output<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new AppError("validation_failed", { extra: { errors: fieldErrors(result.error) } });
}
