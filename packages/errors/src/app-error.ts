import { errorRow, type ErrorCode, type ErrorRow } from "./catalogue.ts";

/** One thing wrong with one field; `path` in dots, empty for the whole body. */
export interface FieldError {
  readonly path: string;
  readonly message: string;
}

/** Public facts that travel with an error. */
export interface ErrorExtra {
  /** With `conflict`: the request as it is now. */
  readonly request?: unknown;
  /** With `validation_failed`. */
  readonly errors?: readonly FieldError[];
  /** Further public members of the problem: with `conflict` the object as it is, with `table_muted` `until`. */
  readonly members?: Readonly<Record<string, unknown>>;
  /** Seconds until a retry makes sense. */
  readonly retryAfterS?: number;
}

export interface AppErrorOptions {
  /** Public: more than the catalogue's title, and nothing internal. */
  readonly detail?: string;
  readonly extra?: ErrorExtra;
  /** Internal: for the log only. */
  readonly cause?: unknown;
}

/**
 * An error of the catalogue. `detail` and `extra` reach the caller, `cause` never leaves the
 * process.
 */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly detail: string | undefined;
  readonly extra: ErrorExtra;

  constructor(code: ErrorCode, options: AppErrorOptions = {}) {
    super(
      options.detail ?? errorRow(code).title,
      options.cause === undefined ? undefined : { cause: options.cause },
    );
    this.name = "AppError";
    this.code = code;
    this.detail = options.detail;
    this.extra = options.extra ?? {};
  }

  get row(): ErrorRow {
    return errorRow(this.code);
  }

  /** Seconds for `Retry-After`, where the code or the thrower has one. */
  get retryAfterS(): number | undefined {
    return this.extra.retryAfterS ?? this.row.retryAfterS;
  }
}

/** Throws an error of the catalogue. */
export function fail(code: ErrorCode, options?: AppErrorOptions): never {
  throw new AppError(code, options);
}
