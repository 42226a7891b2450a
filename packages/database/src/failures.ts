/**
 * The database could not be reached or did not answer in time; nothing was committed. A retry may
 * succeed: 503.
 */
export class UnavailableError extends Error {
  constructor(cause: unknown) {
    super("the database is unavailable", { cause });
    this.name = "UnavailableError";
  }

  /**
   * The server answered: this transaction met a limit, as behind a lock that was not released in
   * time. Those of other tenants may succeed meanwhile.
   */
  get isLimit(): boolean {
    return limitStates.includes(sqlStateOf(this.cause) ?? "");
  }
}

/**
 * The connection broke during COMMIT: the change may or may not be durable. A retry with the same
 * idempotency key finds out: 503.
 */
export class CommitUnknownError extends Error {
  constructor(cause: unknown) {
    super("the result of a commit is unknown", { cause });
    this.name = "CommitUnknownError";
  }
}

/** A session is on a standby, or on a server that refuses writes: its reads may be stale. */
export class WrongServerError extends Error {
  /** A pooler chose the server: another session may be on the right one. */
  readonly isBehindPooler: boolean;

  constructor({ isBehindPooler = false } = {}) {
    super("the database server is a standby or refuses writes");
    this.name = "WrongServerError";
    this.isBehindPooler = isBehindPooler;
  }
}

/**
 * A string field of an error of pg or Node. Checks the shape, because errors may come from another
 * realm.
 */
const field = (
  error: unknown,
  name: "code" | "constraint" | "severity" | "message" | "routine",
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

/** A lock not released in time, a cancelled statement, and a transaction that took too long. */
const limitStates: readonly string[] = ["55P03", "57014", "25P03", "25P04"];

/** Serialization failure or deadlock: the same transaction may succeed when run again. */
export const isRetryable = (error: unknown): boolean =>
  ["40001", "40P01"].includes(sqlStateOf(error) ?? "");

/**
 * A named statement that the server does not have, has already, or planned for another schema
 * (0A000 of RevalidateCachedQuery: "cached plan must not change result type"). A pooler that hands
 * a session to another server causes the first two, a migration the third.
 */
export const isStatementNameFailure = (error: unknown): boolean => {
  const state = sqlStateOf(error);
  if (state === "26000" || state === "42P05") return true;
  return state === "0A000" && field(error, "routine") === "RevalidateCachedQuery";
};

/**
 * States of a session that is dead or on a wrong server: connection exceptions (08), shutdown,
 * crash, start-up and idle time-outs (57P0x), a server that refuses writes (25006), transaction and
 * idle-in-transaction time-outs (25P03, 25P04), input and output errors (58).
 */
const endedStates = /^(08...|57P0[1-5]|25006|25P0[34]|58...)$/;

/**
 * States of a server that cannot work now although the session may live: resources (53), a lock
 * that was not released in time (55P03), a cancelled statement (57014), and logins that a starting
 * or wrong server refuses (28, 3D000).
 */
const busyStates = /^(53...|55P03|57014|28...|3D000)$/;

const networkCodes = new Set([
  "EADDRNOTAVAIL",
  "EAI_AGAIN",
  "ECONNABORTED",
  "ECONNREFUSED",
  "ECONNRESET",
  "EHOSTDOWN",
  "EHOSTUNREACH",
  "ENETDOWN",
  "ENETUNREACH",
  "ENOENT",
  "ENOTFOUND",
  "EPIPE",
  "ERR_STREAM_DESTROYED",
  "ERR_STREAM_WRITE_AFTER_END",
  "ETIMEDOUT",
]);
/** pg reports these without a code. */
const driverMessages =
  /^(Connection terminated|timeout exceeded when trying to connect|timeout expired|Query read timeout|Client has encountered a connection error|Client was closed|Received unexpected|The server does not support SSL|There was an error establishing an SSL connection)/;

const isConnectionFailure = (error: unknown): boolean => {
  if (error instanceof WrongServerError) return true;
  if (networkCodes.has(field(error, "code") ?? "")) return true;
  // Every address of a host was tried.
  if (error instanceof AggregateError) return error.errors.some(isConnectionFailure);
  return driverMessages.test(field(error, "message") ?? "");
};

/** Whether the session that reported this error must not be used again. */
export const endsSession = (error: unknown): boolean => {
  const state = sqlStateOf(error);
  return state === undefined ? isConnectionFailure(error) : endedStates.test(state);
};

/** Whether the connection or the server failed, as opposed to a wrong statement. */
export const isUnavailable = (error: unknown): boolean =>
  endsSession(error) || busyStates.test(sqlStateOf(error) ?? "");

/**
 * Whether the server is away or refuses every caller, unlike a wrong statement or a limit that
 * one transaction met.
 */
export const isOutage = (error: unknown): boolean => {
  if (error instanceof UnavailableError) return !error.isLimit;
  return isUnavailable(error) && !limitStates.includes(sqlStateOf(error) ?? "");
};
