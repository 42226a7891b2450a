import { randomUUID } from "node:crypto";
import { STATUS_CODES, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import type { Refusal } from "@waiter/contracts";
import { AppError, problemContentType, toProblem } from "@waiter/errors";
import { securityHeaders } from "./security-headers.ts";

/** A refusal at HTTP: of a client that may retry (503), or of a client that need not (404, 403). */
export interface HttpRefusal extends Refusal {
  readonly status?: 403 | 404 | 503;
}

/** Answers an HTTP upgrade with the status, the reason and, for 503, Retry-After. */
export function refuseUpgrade(socket: Duplex, refusal: HttpRefusal): void {
  const { status = 503 } = refusal;
  const body = refusalBody(refusal);
  const head = Object.entries(refusalHeaders(refusal, body)).map(
    ([name, value]) => `${name}: ${value}`,
  );
  socket.on("error", () => socket.destroy());
  socket.once("finish", () => socket.destroy());
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${head.join("\r\n")}\r\n\r\n${body}`);
}

/** Answers a polling request with the same refusal. */
export function refuseRequest(response: ServerResponse, refusal: HttpRefusal): void {
  const body = refusalBody(refusal);
  response.writeHead(refusal.status ?? 503, refusalHeaders(refusal, body)).end(body);
}

function refusalBody({ code, status = 503, retryAfterMs }: HttpRefusal): string {
  return JSON.stringify({
    ...toProblem(new AppError(code), randomUUID()),
    status,
    retryAfterMs,
  });
}

function refusalHeaders(
  { status = 503, retryAfterMs = 1_000 }: HttpRefusal,
  body: string,
): Record<string, string> {
  return {
    ...securityHeaders,
    "Content-Type": problemContentType,
    "Content-Length": String(Buffer.byteLength(body)),
    ...(status === 503 && { "Retry-After": String(Math.ceil(retryAfterMs / 1_000)) }),
    Connection: "close",
  };
}
