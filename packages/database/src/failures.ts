/**
 * The database could not be reached or did not answer in time; nothing was committed. Worth a
 * retry: 503.
 */
export class UnavailableError extends Error {
  constructor(cause: unknown) {
    super("the database is unavailable", { cause });
    this.name = "UnavailableError";
  }
}

/**
 * The connection broke during COMMIT: the change may or may not be durable. A retry with the same
 * key finds out: 503.
 */
export class CommitUnknownError extends Error {
  constructor(cause: unknown) {
    super("the result of a commit is unknown", { cause });
    this.name = "CommitUnknownError";
  }
}

/**
 * A string that an error of pg or Node carries. By shape, not by class: errors may come from
 * another realm.
 */
const field = (
  error: unknown,
  name: "code" | "constraint" | "severity" | "message",
): string | undefined => {
  const value: unknown =
    typeof error === "object" && error !== null
      ? (error as Record<string, unknown>)[name]
      : undefined;
  return typeof value === "string" ? value : undefined;
};

/** The SQLSTATE of an error that the server reported. */
export const sqlStateOf = (error: unknown): string | undefined =>
  field(error, "severity") === undefined ? undefined : field(error, "code");

/** The name of the constraint that a statement violated. */
export const constraintOf = (error: unknown): string | undefined => field(error, "constraint");

/** Serialization failure or deadlock: the same transaction may succeed when run again. */
export const isRetryable = (error: unknown): boolean =>
  ["40001", "40P01"].includes(sqlStateOf(error) ?? "");

/**
 * Classes and codes that say "not now": connection exceptions, shutdown and start-up, too many
 * connections, a read-only server (a fail-over under way), a cancelled statement (our own timeout).
 */
const unavailableStates = /^(08...|53...|57P0[123]|57014|25006|25P0[34])$/;
const networkCodes = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "EPIPE",
  "ETIMEDOUT",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENOENT",
]);
/** pg reports these without a code. */
const driverMessages =
  /^(Connection terminated|timeout exceeded when trying to connect|timeout expired|Query read timeout|Client has encountered a connection error|Client was closed)/;

/**
 * Whether an error says that the connection or the server went away, not that a statement was
 * wrong.
 */
export const isUnavailable = (error: unknown): boolean => {
  const state = sqlStateOf(error);
  if (state !== undefined) return unavailableStates.test(state);
  if (networkCodes.has(field(error, "code") ?? "")) return true;
  // Every address of a host was tried.
  if (error instanceof AggregateError) return error.errors.some(isUnavailable);
  return driverMessages.test(field(error, "message") ?? "");
};
