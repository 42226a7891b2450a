import { randomUUID } from "node:crypto";
import type { ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import type { Refusal } from "@waiter/contracts";
import { AppError, problemContentType, toProblem } from "@waiter/errors";
import { endUpgrade } from "./end-upgrade.ts";
import { securityHeaders } from "./security-headers.ts";

/** A refusal at HTTP: of a client that may retry (503), or of a client that need not (404, 403). */
export interface HttpRefusal extends Refusal {
  readonly status?: 403 | 404 | 503;
}

/** Answers an HTTP upgrade with the status, the reason and, for 503, Retry-After. */
export function refuseUpgrade(socket: Duplex, refusal: HttpRefusal): void {
  const { status = 503 } = refusal;
  endUpgrade(socket, status, refusalHeaders(refusal), refusalBody(refusal));
}

/** Answers a polling request with the same refusal. */
export function refuseRequest(response: ServerResponse, refusal: HttpRefusal): void {
  const body = refusalBody(refusal);
  response.setHeader("Content-Length", Buffer.byteLength(body));
  response.writeHead(refusal.status ?? 503, refusalHeaders(refusal)).end(body);
}

function refusalBody({ code, status = 503, retryAfterMs }: HttpRefusal): string {
  return JSON.stringify({
    ...toProblem(new AppError(code), randomUUID()),
    status,
    retryAfterMs,
  });
}

function refusalHeaders({
  status = 503,
  retryAfterMs = 1_000,
}: HttpRefusal): Record<string, string> {
  return {
    ...securityHeaders,
    "Content-Type": problemContentType,
    ...(status === 503 && { "Retry-After": String(Math.ceil(retryAfterMs / 1_000)) }),
    Connection: "close",
  };
}
