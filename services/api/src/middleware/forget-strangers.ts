import type { TrustedProxies } from "@waiter/auth";
import type { RequestHandler } from "express";

/** Headers that decide ids of traces and logs. */
const decisive = ["traceparent", "tracestate", "baggage", "x-request-id"];

/**
 * Removes from the requests of strangers what would decide ids of traces and logs, and whether they
 * are recorded: only trusted proxies and gateways may continue a trace or name a request. Mount
 * before whatever reads these headers.
 */
export const forgetStrangers =
  (proxies: TrustedProxies): RequestHandler =>
  (request, _response, next) => {
    if (!proxies.isPeerTrusted(request)) for (const name of decisive) delete request.headers[name];
    next();
  };
