import { randomUUID } from "node:crypto";
import type { ServerResponse } from "node:http";

const kinds = {
  400: { title: "Bad request", code: "bad_request" },
  404: { title: "Not found", code: "not_found" },
  502: { title: "Bad gateway", code: "unavailable" },
  503: { title: "Service unavailable", code: "unavailable" },
} as const;

/** What this proxy itself has to say: RFC 9457 problem details. */
export function sendProblem(
  response: ServerResponse,
  status: keyof typeof kinds,
  detail: string,
): void {
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  const { title, code } = kinds[status];
  response.writeHead(status, {
    "content-type": "application/problem+json",
    ...(status >= 500 && { "retry-after": "1" }),
  });
  response.end(
    JSON.stringify({ type: "about:blank", title, status, code, detail, requestId: randomUUID() }),
  );
}
