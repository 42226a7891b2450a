/** The database could not be reached or did not answer in time; nothing was committed. Worth a retry: 503. */
export class UnavailableError extends Error {
  constructor(cause: unknown) {
    super("the database is unavailable", { cause });
    this.name = "UnavailableError";
  }
}

/** The connection broke during COMMIT: the change may or may not be durable. A retry with the same key finds out: 503. */
export class CommitUnknownError extends Error {
  constructor(cause: unknown) {
    super("the result of a commit is unknown", { cause });
    this.name = "CommitUnknownError";
  }
}

const codeOf = (error: unknown): string | undefined => (error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined);

/** The SQLSTATE of an error that the server reported. */
export const sqlStateOf = (error: unknown): string | undefined => {
  const code = codeOf(error);
  return code !== undefined && /^[0-9A-Z]{5}$/.test(code) && error instanceof Error && "severity" in error ? code : undefined;
};

/** The name of the constraint that a statement violated. */
export const constraintOf = (error: unknown): string | undefined =>
  error instanceof Error && "constraint" in error && typeof error.constraint === "string" ? error.constraint : undefined;

/** Serialization failure or deadlock: the same transaction may succeed when run again. */
export const isRetryable = (error: unknown): boolean => ["40001", "40P01"].includes(sqlStateOf(error) ?? "");

/**
 * Classes and codes that say "not now": connection exceptions, shutdown and start-up, too many connections, a read-only
 * server (a fail-over under way), a cancelled statement (our own timeout).
 */
const unavailableStates = /^(08...|53...|57P0[123]|57014|25006|25P0[34])$/;
const networkCodes = new Set(["ECONNREFUSED", "ECONNRESET", "EPIPE", "ETIMEDOUT", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH", "ENOENT"]);
/** pg reports these without a code. */
const driverMessages =
  /^(Connection terminated|timeout exceeded when trying to connect|timeout expired|Query read timeout|Client has encountered a connection error|Client was closed)/;

/** Whether an error says that the connection or the server went away, not that a statement was wrong. */
export const isUnavailable = (error: unknown): boolean => {
  const state = sqlStateOf(error);
  if (state !== undefined) return unavailableStates.test(state);
  if (networkCodes.has(codeOf(error) ?? "")) return true;
  if (error instanceof AggregateError) return error.errors.some(isUnavailable);
  return error instanceof Error && driverMessages.test(error.message);
};
