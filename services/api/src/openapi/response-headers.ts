import type { Route } from "../http/route.ts";

type Json = Record<string, unknown>;

const text = (description: string): Json => ({ description, schema: { type: "string" } });

/** The headers that answers have, written once in `components` and referred to. */
export const headerComponents: Readonly<Record<string, Json>> = {
  "X-Request-Id": text("The id of this request in logs; a problem repeats it as `requestId`"),
  "Waiter-Oldest-Client": text(
    "The oldest release whose pages this server works with: an older page reloads",
  ),
  "Cache-Control": text("`no-store` unless the route says otherwise"),
  ETag: text("What `If-None-Match` of the next request names"),
  "Idempotent-Replayed": text(
    "`true` where a stored answer of the same Idempotency-Key came again",
  ),
  RateLimit: text("What is left of the limit that is nearest (draft-8 of the HTTP working group)"),
  "RateLimit-Policy": text("The limits of this route (draft-8)"),
  "Retry-After": { description: "Seconds to wait", schema: { type: "integer", minimum: 0 } },
  "WWW-Authenticate": text("How to authenticate (RFC 6750)"),
  Allow: text("The methods of this path"),
};

const references = (names: readonly string[]): Json => ({
  headers: Object.fromEntries(
    names.map((name) => [name, { $ref: `#/components/headers/${name}` }]),
  ),
});

const always = ["X-Request-Id", "Waiter-Oldest-Client", "Cache-Control"];

/** Headers of a route's answer with this status. */
export function answerHeaders(route: Route, status: string): Json {
  const isSuccess = status.startsWith("2");
  return references([
    ...always,
    ...(route.conditional === true && (status === "200" || status === "304") ? ["ETag"] : []),
    ...(route.idempotencyKey !== undefined && isSuccess ? ["Idempotent-Replayed"] : []),
    ...(route.limits !== undefined ? ["RateLimit", "RateLimit-Policy"] : []),
  ]);
}

/** Headers of a problem with this status. */
export function problemHeaders(route: Route, status: number): Json {
  return references([
    ...always,
    ...(status === 429 || status === 503 ? ["Retry-After"] : []),
    ...(status === 429 && route.limits !== undefined ? ["RateLimit", "RateLimit-Policy"] : []),
    ...(status === 401 ? ["WWW-Authenticate"] : []),
  ]);
}
