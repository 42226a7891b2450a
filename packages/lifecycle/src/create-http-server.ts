import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerOptions,
} from "node:http";
import type { Socket } from "node:net";
import { lingerAtClose } from "./linger-at-close.ts";
import { ConnectionLimit } from "./connection-limit.ts";
import { namesOneHost } from "./names-one-host.ts";
import { UnreadAnswers } from "./unread-answers.ts";

/** Times in ms. */
export interface HttpServerOptions {
  /** KEEP_ALIVE_TIMEOUT. */
  readonly keepAliveMs: number;
  readonly requestTimeoutMs?: number;
  /** How long a request's headers may take, from the first byte. */
  readonly headersTimeoutMs?: number;
  /** A connection that is silent for so long ends, before its first request and within one. */
  readonly silentMs?: number;
  /**
   * How long a body that still arrives is read and dropped, once its answer has ended the
   * connection.
   */
  readonly lingerMs?: number;
  /**
   * MAX_PIPELINED_REQUESTS, 8 by default. Node starts all requests of one packet in one turn of the
   * event loop: 64 kB of them hold it for seconds.
   */
  readonly maxPipelined?: number;
  /** Bytes of answers that may wait for clients which do not read; the slowest ones end. */
  readonly maxUnreadBytes?: number;
  /** TCP connections that the server holds; undefined: no limit. See {@link ConnectionLimit}. */
  readonly maxConnections?: number | undefined;
  /** How long a connection has no request under way before a new one may take its place. */
  readonly replacedAfterMs?: number;
  /** What requests and answers are made from; Node's own classes by default. */
  readonly messages?: Pick<ServerOptions, "IncomingMessage" | "ServerResponse">;
  /** Whether a request with an Upgrade header is an upgrade; else it is an ordinary request. */
  readonly shouldUpgrade?: (request: IncomingMessage) => boolean;
}

/** Bounds a connection's requests, so that load spreads to new pods. */
const maxRequestsPerSocket = 1_000;

/**
 * A server that keeps idle connections longer than the proxies in front of it do, so that a proxy
 * never sends a request into a connection that this server is closing. Connections that say nothing
 * or send slowly end, and so do those of a request that names two hosts or a port that does not
 * exist (400, RFC 9112), and those that send more requests than `maxPipelined` before the first
 * answer. Beyond `maxUnreadBytes` the clients that read slowest lose their connections. A caller
 * whose body is refused reads the whole answer, see {@link lingerAtClose}.
 */
export function createHttpServer(
  listener: RequestListener,
  {
    keepAliveMs,
    requestTimeoutMs = 30_000,
    headersTimeoutMs = keepAliveMs + 1_000,
    silentMs = 60_000,
    lingerMs = 5_000,
    maxPipelined = 8,
    maxUnreadBytes = 67_108_864,
    maxConnections = Infinity,
    replacedAfterMs = 3_000,
    messages,
    shouldUpgrade,
  }: HttpServerOptions,
): Server {
  const unread = new UnreadAnswers(maxUnreadBytes);
  const connections = new ConnectionLimit(maxConnections, replacedAfterMs);
  const server = createServer(
    {
      ...messages,
      keepAliveTimeout: keepAliveMs,
      headersTimeout: headersTimeoutMs,
      requestTimeout: requestTimeoutMs + keepAliveMs,
      connectionsCheckingInterval: 1_000,
      ...(shouldUpgrade && {
        shouldUpgradeCallback: (request: IncomingMessage) => {
          const isUpgrade = namesOneHost(request) && shouldUpgrade(request);
          // It has left HTTP: who takes it bounds it, and no new connection takes its place.
          if (isUpgrade) connections.use(request.socket);
          return isUpgrade;
        },
      }),
    } as ServerOptions,
    (request, response) => {
      const { socket } = request;
      if (socket.destroyed) return;
      if (unread.add(socket, response) > maxPipelined) return void socket.destroy();
      connections.use(socket);
      response.once("close", () => {
        if (unread.remove(socket, response)) connections.rest(socket);
      });
      lingerAtClose(request, lingerMs);
      if (namesOneHost(request)) return listener(request, response);
      response.writeHead(400, { Connection: "close" }).end();
    },
  );
  // One function for all: a socket that is upgraded keeps it for its life.
  function onClose(this: Socket): void {
    unread.forget(this);
    connections.close(this);
  }
  server.on("connection", (socket) => {
    socket.on("close", onClose);
    connections.open(socket);
  });
  server.once("close", unread.start());
  server.setTimeout(silentMs);
  server.maxRequestsPerSocket = maxRequestsPerSocket;
  return server;
}
