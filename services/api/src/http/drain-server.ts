import type { Server } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { RequestHandler } from "express";

/**
 * Takes a server out of service without breaking a request. While draining, every answer has
 * `Connection: close`, so that keep-alive callers leave. After `windowMs`, or once no connection is
 * left, the server stops listening, closes idle connections and finishes requests in flight.
 */
export class ServerDrain {
  #draining = false;

  /** Mount first. */
  readonly middleware: RequestHandler = (_request, response, next) => {
    if (this.#draining) response.set("Connection", "close");
    next();
  };

  async drain(server: Server, windowMs: number): Promise<void> {
    this.#draining = true;
    const end = performance.now() + windowMs;
    while (performance.now() < end && (await connections(server)) > 0)
      await sleep(Math.min(100, windowMs));
    const { promise, resolve } = Promise.withResolvers<void>();
    server.close(() => resolve());
    server.closeIdleConnections();
    await promise;
  }
}

function connections(server: Server): Promise<number> {
  return new Promise((resolve) =>
    server.getConnections((error, count) => resolve(error === null ? count : 0)),
  );
}
