import { createServer, type Server } from "node:http";

/**
 * Answers a service's probes while it is down: alive, not ready. Otherwise Kubernetes would end the
 * container, with the sources that were copied into it, because of a typing error.
 */
export class StandIn {
  readonly #port: number;
  #server: Server | undefined;

  constructor(port: number) {
    this.#port = port;
  }

  open(): void {
    const server = createServer((request, response) =>
      response.writeHead(request.url === "/livez" ? 200 : 503).end(),
    );
    server.on("error", (error) =>
      console.error(`the stand-in cannot answer the probes: ${error.message}`),
    );
    this.#server = server.listen(this.#port);
  }

  /** Resolves when the port is free again. */
  async close(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (server === undefined) return;
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  }
}
