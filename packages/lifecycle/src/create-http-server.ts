import { createServer, type RequestListener, type Server } from "node:http";

/** Times in ms. */
export interface HttpServerOptions {
  /** KEEP_ALIVE_TIMEOUT. */
  readonly keepAliveMs: number;
  readonly requestTimeoutMs?: number;
  /** Bounds a connection's requests, so that load spreads to new pods. */
  readonly maxRequestsPerSocket?: number;
}

/**
 * A server that keeps idle connections longer than the proxies in front of it do, so that a proxy
 * never sends a request into a connection that this server is closing. The time-out for headers is
 * longer again, since Node counts it from the end of the previous request.
 */
export function createHttpServer(
  listener: RequestListener,
  { keepAliveMs, requestTimeoutMs = 30_000, maxRequestsPerSocket = 1_000 }: HttpServerOptions,
): Server {
  const server = createServer(
    {
      keepAliveTimeout: keepAliveMs,
      headersTimeout: keepAliveMs + 1_000,
      requestTimeout: requestTimeoutMs + keepAliveMs,
    },
    listener,
  );
  server.maxRequestsPerSocket = maxRequestsPerSocket;
  return server;
}
