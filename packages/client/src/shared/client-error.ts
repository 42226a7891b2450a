/**
 * Why an operation failed. `code` is one of the API's codes or one of the SDK's: `network` (no
 * answer of the api or the gateway), `expired` (not confirmed in time), `queue_full`, `closed`,
 * `bad_answer` (a socket message of unknown shape), `internal` (a bug).
 */
export class ClientError extends Error {
  readonly code: string;
  /** HTTP status of the api; 0 without an answer of the api. */
  readonly status: number;
  readonly retryAfterMs: number | undefined;
  /** With `conflict`: the current request. */
  readonly request: unknown;
  /** With `validation_failed`: one entry per invalid field. */
  readonly errors: readonly { readonly path: string; readonly message: string }[];
  /** All fields of the api's problem details. */
  readonly details: Readonly<Record<string, unknown>>;

  constructor(
    code: string,
    message: string,
    details: {
      status?: number;
      retryAfterMs?: number | undefined;
      request?: unknown;
      errors?: readonly { path: string; message: string }[];
      details?: Readonly<Record<string, unknown>>;
      cause?: unknown;
    } = {},
  ) {
    super(message, { cause: details.cause });
    this.name = "ClientError";
    this.code = code;
    this.status = details.status ?? 0;
    this.retryAfterMs = details.retryAfterMs;
    this.request = details.request;
    this.errors = details.errors ?? [];
    this.details = details.details ?? {};
  }

  /** Whether the same call with the same key may succeed later. */
  get retryable(): boolean {
    return (
      retryableCodes.has(this.code) ||
      this.status === 408 ||
      this.status === 425 ||
      this.status === 429 ||
      this.status >= 500
    );
  }

  /** Whether the server refused the token, not the operation. */
  get isAuthentication(): boolean {
    return this.status === 401 || this.code === "unauthorized" || this.code === "token_expired";
  }
}

const retryableCodes = new Set([
  "network",
  "rate_limited",
  "unavailable",
  "overloaded",
  "draining",
  "internal",
  "bad_answer",
]);
