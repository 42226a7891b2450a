import type { IncomingMessage, ServerResponse } from "node:http";
import { SpanKind, SpanStatusCode, context, propagation, trace } from "@opentelemetry/api";
import { isTracing } from "./is-tracing.ts";

type Routed = IncomingMessage & {
  readonly baseUrl?: string;
  readonly route?: { readonly path?: unknown };
};

/** Probes and scrapes come every few seconds and are not traced. */
const untraced = /^\/(?:livez|readyz|startupz|metrics|api\/health(?:\/|$))/;

/**
 * Middleware: a server span per request, child of the caller's `traceparent`, named by the route's
 * pattern. The rest of the request runs inside it. Probes and scrapes have none, and no request has
 * one while tracing is off.
 */
export function traceHttp(
  request: IncomingMessage,
  response: ServerResponse,
  next: () => void,
): void {
  if (!isTracing() || untraced.test(request.url ?? "")) {
    next();
    return;
  }
  const parent = propagation.extract(context.active(), request.headers);
  const span = trace
    .getTracer("waiter")
    .startSpan(`${request.method}`, { kind: SpanKind.SERVER }, parent);
  if (!span.isRecording()) {
    context.with(parent, next);
    return;
  }
  response.once("close", () => {
    const { baseUrl = "", route, method = "" } = request as Routed;
    const pattern = typeof route?.path === "string" ? `${baseUrl}${route.path}` : undefined;
    if (pattern !== undefined)
      span.updateName(`${method} ${pattern}`).setAttribute("http.route", pattern);
    span.setAttributes({
      "http.request.method": method,
      "http.response.status_code": response.statusCode,
    });
    if (response.statusCode >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
    span.end();
  });
  context.with(trace.setSpan(parent, span), next);
}
