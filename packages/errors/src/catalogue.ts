import type { RefusalCode } from "@waiter/contracts";

/**
 * Who has to act on an error: the caller, the developers, a system we depend on, or the operator of
 * the deployment. Only `platform` errors are logged at level error.
 */
export type ErrorOwner = "client" | "platform" | "upstream" | "capacity";

export interface ErrorRow {
  readonly owner: ErrorOwner;
  /** HTTP status. */
  readonly status: number;
  /** Whether the same request may succeed later without being changed. */
  readonly retryable: boolean;
  /** Public text: the problem's `title`, and the message of a socket's answer. */
  readonly title: string;
  /**
   * The refusal that a Socket.IO handshake gives for it; without one, `unauthorized` or
   * `overloaded` by owner.
   */
  readonly socket?: RefusalCode;
  /** Default seconds of `Retry-After`. Every 429 and 503 has one. */
  readonly retryAfterS?: number;
}

/**
 * One row per error that may leave a process. Idea: fault codes of unkey, the error catalogue of
 * fastify.
 */
export const catalogue = {
  bad_request: {
    owner: "client",
    status: 400,
    retryable: false,
    title: "The request cannot be understood",
  },
  malformed_json: {
    owner: "client",
    status: 400,
    retryable: false,
    title: "The body is not valid JSON",
  },
  idempotency_key_missing: {
    owner: "client",
    status: 400,
    retryable: false,
    title: "An Idempotency-Key header is required",
  },
  idempotency_key_invalid: {
    owner: "client",
    status: 400,
    retryable: false,
    title: "The Idempotency-Key is not 1 to 100 printable characters",
  },
  unauthorized: {
    owner: "client",
    status: 401,
    retryable: false,
    title: "A valid token is required",
    socket: "unauthorized",
  },
  token_expired: {
    owner: "client",
    status: 401,
    retryable: false,
    title: "The token has expired",
    socket: "token_expired",
  },
  forbidden: {
    owner: "client",
    status: 403,
    retryable: false,
    title: "This role may not do that",
    socket: "unauthorized",
  },
  origin_refused: {
    owner: "client",
    status: 403,
    retryable: false,
    title: "This page may not do that here",
  },
  tenant_mismatch: {
    owner: "client",
    status: 403,
    retryable: false,
    title: "The token belongs to another restaurant",
    socket: "tenant_mismatch",
  },
  tenant_suspended: {
    owner: "client",
    status: 403,
    retryable: true,
    title: "This restaurant is suspended",
    socket: "tenant_suspended",
  },
  tenant_unknown: {
    owner: "client",
    status: 404,
    retryable: false,
    title: "There is no restaurant at this address",
    socket: "tenant_unknown",
  },
  not_found: { owner: "client", status: 404, retryable: false, title: "There is nothing here" },
  method_not_allowed: {
    owner: "client",
    status: 405,
    retryable: false,
    title: "This method is not allowed here",
  },
  request_timeout: {
    owner: "client",
    status: 408,
    retryable: true,
    title: "The body did not arrive in time",
  },
  conflict: {
    owner: "client",
    status: 409,
    retryable: false,
    title: "The request has changed in the meantime",
  },
  in_use: {
    owner: "client",
    status: 409,
    retryable: false,
    title: "Something still uses this",
  },
  label_taken: {
    owner: "client",
    status: 409,
    retryable: false,
    title: "There is a table with this name already",
  },
  last_owner: {
    owner: "client",
    status: 409,
    retryable: false,
    title: "A restaurant needs an active owner",
  },
  table_muted: {
    owner: "client",
    status: 409,
    retryable: true,
    title: "This table cannot send requests at the moment",
  },
  closed: {
    owner: "client",
    status: 409,
    retryable: true,
    title: "The restaurant is closed",
  },
  invitation_used: {
    owner: "client",
    status: 410,
    retryable: false,
    title: "This invitation has been used",
  },
  invitation_expired: {
    owner: "client",
    status: 410,
    retryable: false,
    title: "This invitation has expired",
  },
  invitation_replaced: {
    owner: "client",
    status: 410,
    retryable: false,
    title: "A newer invitation replaced this one",
  },
  push_off: {
    owner: "client",
    status: 404,
    retryable: false,
    title: "This installation has no keys for push notifications",
  },
  push_host_refused: {
    owner: "client",
    status: 422,
    retryable: false,
    title: "This push service is not allowed here",
  },
  receipt_ended: {
    owner: "client",
    status: 410,
    retryable: false,
    title: "This notification is no longer valid",
  },
  table_full: {
    owner: "client",
    status: 409,
    retryable: true,
    title: "This table has too many open requests",
  },
  reset_required: {
    owner: "client",
    status: 410,
    retryable: false,
    title: "These events are no longer available: take a new snapshot",
  },
  precondition_failed: {
    owner: "client",
    status: 412,
    retryable: false,
    title: "The file has changed in the meantime",
  },
  range_not_satisfiable: {
    owner: "client",
    status: 416,
    retryable: false,
    title: "The file does not have this range",
  },
  payload_too_large: {
    owner: "client",
    status: 413,
    retryable: false,
    title: "The body is too large",
  },
  unsupported_media_type: {
    owner: "client",
    status: 415,
    retryable: false,
    title: "This content type or encoding is not supported",
  },
  validation_failed: {
    owner: "client",
    status: 422,
    retryable: false,
    title: "Some fields are not valid",
  },
  idempotency_key_reused: {
    owner: "client",
    status: 422,
    retryable: false,
    title: "The Idempotency-Key was used for another request",
  },
  rate_limited: {
    owner: "client",
    status: 429,
    retryable: true,
    title: "Too many requests",
    socket: "rate_limited",
    retryAfterS: 5,
  },
  internal: {
    owner: "platform",
    status: 500,
    retryable: true,
    title: "Something went wrong on our side",
  },
  unavailable: {
    owner: "upstream",
    status: 503,
    retryable: true,
    title: "Temporarily unavailable",
    socket: "overloaded",
    retryAfterS: 2,
  },
  overloaded: {
    owner: "capacity",
    status: 503,
    retryable: true,
    title: "Too busy at the moment",
    socket: "overloaded",
    retryAfterS: 10,
  },
  draining: {
    owner: "capacity",
    status: 503,
    retryable: true,
    title: "This server is restarting",
    socket: "draining",
    retryAfterS: 1,
  },
} as const satisfies Record<string, ErrorRow>;

export type ErrorCode = keyof typeof catalogue;

/** The row of a code, with the optional fields visible. */
export const errorRow = (code: ErrorCode): ErrorRow => catalogue[code];
