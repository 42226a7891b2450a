import type { IncomingMessage, ServerResponse } from "node:http";
import type { Metrics } from "./create-metrics.ts";

/** Fields that Express sets on a request once a route matched. */
type Routed = IncomingMessage & {
  readonly baseUrl?: string;
  readonly route?: { readonly path?: unknown };
};

/**
 * Middleware that measures every request. `route` is the pattern (`/api/requests/:id/claim`), never
 * the path: a path has unbounded values. A request without a matching route counts as `unmatched`.
 */
export function observeHttp(
  metrics: Pick<Metrics, "httpRequestDuration">,
): (request: IncomingMessage, response: ServerResponse, next: () => void) => void {
  return (request, response, next) => {
    const startedAt = performance.now();
    response.once("close", () => {
      const { baseUrl = "", route } = request as Routed;
      const pattern = typeof route?.path === "string" ? `${baseUrl}${route.path}` : "unmatched";
      metrics.httpRequestDuration.observe(
        { method: request.method ?? "", route: pattern, status: String(response.statusCode) },
        (performance.now() - startedAt) / 1_000,
      );
    });
    next();
  };
}
