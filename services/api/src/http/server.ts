import { createServer, type RequestListener, type Server } from "node:http";

/** Times in ms. */
export interface ServerOptions {
  readonly keepAliveMs?: number;
  readonly requestTimeoutMs?: number;
  /** So that load spreads to new pods. */
  readonly maxRequestsPerSocket?: number;
}

/**
 * A server that keeps idle connections longer than the proxies in front of it do (60 s is usual), so that it is never the
 * one to close a connection that a proxy is just using. The time for headers is longer again, as Node counts it from the
 * end of the request before.
 */
export function createHttpServer(
  listener: RequestListener,
  {
    keepAliveMs = 65_000,
    requestTimeoutMs = 30_000,
    maxRequestsPerSocket = 1_000,
  }: ServerOptions = {},
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
