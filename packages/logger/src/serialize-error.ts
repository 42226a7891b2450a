import { inspect } from "node:util";

/** Depth of `cause` that a line follows. */
const maxDepth = 4;

/** An error as JSON: name, message, code, stack, and its causes. */
export function serializeError(error: Error, depth = 0): Record<string, unknown> {
  const { code, cause } = error as Error & { code?: unknown };
  return {
    name: error.name,
    message: error.message,
    ...(code !== undefined && { code }),
    stack: error.stack,
    ...(cause !== undefined && {
      cause:
        cause instanceof Error && depth < maxDepth ? serializeError(cause, depth + 1) : text(cause),
    }),
    ...(error instanceof AggregateError &&
      depth < maxDepth && {
        errors: error.errors.map((each) =>
          each instanceof Error ? serializeError(each, depth + 1) : text(each),
        ),
      }),
  };
}

const text = (value: unknown): string =>
  typeof value === "string" ? value : inspect(value, { depth: 2 });
