import { randomUUID } from "node:crypto";
import type { ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import type { Refusal } from "@waiter/contracts";
import { AppError, problemContentType, toProblem } from "@waiter/errors";

/** Answers an HTTP upgrade with 503, Retry-After and the reason. */
export function refuseUpgrade(socket: Duplex, refusal: Refusal): void {
  const body = refusalBody(refusal);
  const head = Object.entries(refusalHeaders(refusal, body)).map(
    ([name, value]) => `${name}: ${value}`,
  );
  socket.on("error", () => socket.destroy());
  socket.once("finish", () => socket.destroy());
  socket.end(`HTTP/1.1 503 Service Unavailable\r\n${head.join("\r\n")}\r\n\r\n${body}`);
}

/** Answers a polling request with the same refusal. */
export function refuseRequest(response: ServerResponse, refusal: Refusal): void {
  const body = refusalBody(refusal);
  response.writeHead(503, refusalHeaders(refusal, body)).end(body);
}

function refusalBody({ code, retryAfterMs }: Refusal): string {
  return JSON.stringify({
    ...toProblem(new AppError(code), randomUUID()),
    status: 503,
    retryAfterMs,
  });
}

function refusalHeaders({ retryAfterMs = 1_000 }: Refusal, body: string): Record<string, string> {
  return {
    "Content-Type": problemContentType,
    "Content-Length": String(Buffer.byteLength(body)),
    "Retry-After": String(Math.ceil(retryAfterMs / 1_000)),
    Connection: "close",
  };
}
