import {
  Agent,
  createServer,
  type IncomingMessage,
  type Server,
  type ServerOptions,
} from "node:http";
import type { Socket } from "node:net";
import { lingerAtClose, namesOneHost, originForm } from "@waiter/lifecycle";
import { createProxyServer } from "httpxy";
import { Backends } from "./backends.ts";
import { setForwarded } from "./forwarded.ts";
import { listenForFailures, proxyRequest } from "./proxy-request.ts";
import { proxySocket } from "./proxy-socket.ts";
import { sendProblem } from "./send-problem.ts";
import { serveMetrics } from "./serve-metrics.ts";

export interface OriginOptions {
  readonly port: number;
  /**
   * Addresses to listen on; an address that this machine lacks is left out unless it is the first.
   */
  readonly addresses: readonly string[];
  readonly apis: readonly string[];
  readonly gateways: readonly string[];
  /** Process name -> origin whose `/metrics` it is; none: `/metrics` is passed to an api. */
  readonly metrics?: ReadonlyMap<string, string>;
  /** The tenant host that a request addressed to a bare IP address is for. */
  readonly addressHost?: string | undefined;
  /**
   * False between services: the headers are passed as they are. True (the default) faces callers
   * who are not trusted.
   */
  readonly edge?: boolean;
}

export interface Origin {
  /** Stops listening, ends all connections. */
  close(): Promise<void>;
}

/**
 * One origin before all services: `/socket.io` to the gateways, `/metrics` of all, the rest to the
 * apis.
 */
export async function createOrigin({
  port,
  addresses,
  apis,
  gateways,
  metrics = new Map(),
  addressHost,
  edge = true,
}: OriginOptions): Promise<Origin> {
  const ended = new AbortController();
  const agent = new Agent({ keepAlive: true, maxFreeSockets: 64 });
  const proxy = createProxyServer({ agent });
  listenForFailures(proxy);
  const probing = { probeIntervalMs: 500, signal: ended.signal };
  const api = new Backends({ origins: apis, ...probing });
  const gateway = new Backends({ origins: gateways, ...probing });
  const sockets = new Set<Socket>();

  const listen = async (address: string): Promise<Server> => {
    const server = createServer(
      {
        keepAliveTimeout: 65_000,
        headersTimeout: 10_000,
        connectionsCheckingInterval: 1_000,
        // Other upgrades (h2c) are ordinary requests.
        shouldUpgradeCallback: (request: IncomingMessage) =>
          request.headers.upgrade?.toLowerCase() === "websocket" && namesOneHost(request),
      } as ServerOptions,
      (request, response) => {
        lingerAtClose(request, 5_000);
        if (!namesOneHost(request)) {
          sendProblem(response, 400, "The request names two hosts, or a port that does not exist.");
          return;
        }
        const path = (request.url = originForm(request.url ?? "/"));
        if (edge) setForwarded(request, addressHost);
        if (edge && path.startsWith("/internal/")) {
          sendProblem(response, 404, "There is nothing here.");
          return;
        }
        const answered =
          metrics.size > 0 && path === "/metrics"
            ? serveMetrics(metrics, response)
            : proxyRequest(
                proxy,
                agent,
                path.startsWith("/socket.io/") ? gateway : api,
                request,
                response,
              );
        answered.catch(() => sendProblem(response, 502, "The answer could not be passed on."));
      },
    );
    // A connection that says nothing ends; longer than the answer to a poll may take.
    server.setTimeout(90_000);
    server.on("upgrade", (request, socket, head) => {
      request.url = originForm(request.url ?? "/");
      setForwarded(request, addressHost);
      proxySocket(gateway, request, socket, head).catch(() => socket.destroy());
    });
    server.on("connection", (socket: Socket) => {
      sockets.add(socket);
      socket.once("close", () => sockets.delete(socket));
    });
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(port, address, () => resolve());
    });
    return server;
  };

  const servers: Server[] = [];
  const close = async (): Promise<void> => {
    ended.abort();
    const closed = servers.map((server) => new Promise((resolve) => server.close(resolve)));
    for (const socket of sockets) socket.destroy();
    agent.destroy();
    await Promise.all(closed);
  };
  for (const address of addresses) {
    try {
      servers.push(await listen(address));
    } catch (error) {
      const missing = ["EADDRNOTAVAIL", "EAFNOSUPPORT"].includes(
        (error as NodeJS.ErrnoException).code ?? "",
      );
      if (missing && servers.length > 0) continue; // a machine without IPv6
      await close();
      throw error;
    }
  }
  return { close };
}
