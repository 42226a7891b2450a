import type { HttpServerOptions } from "@waiter/lifecycle";
import { socketPath } from "./create-io-server.ts";

export interface HttpLimitOptions {
  readonly transports: readonly ("websocket" | "polling")[];
  /** A connection must send a request within this time, ms. */
  readonly connectTimeoutMs: number;
  readonly pingIntervalMs: number;
  readonly pingTimeoutMs: number;
  readonly maxTcpConnections: number | undefined;
}

/**
 * Limits of the gateway's HTTP server: it ends TCP connections that send nothing or send slowly,
 * bounds their number, and upgrades only WebSockets of Socket.IO. Other upgrades (h2c) are ordinary
 * requests.
 */
export function httpLimits(options: HttpLimitOptions): Omit<HttpServerOptions, "keepAliveMs"> {
  const { transports, connectTimeoutMs, pingIntervalMs, pingTimeoutMs } = options;
  return {
    headersTimeoutMs: connectTimeoutMs,
    requestTimeoutMs: connectTimeoutMs,
    // A poll is answered within a ping interval.
    silentMs: transports.includes("polling") ? pingIntervalMs + pingTimeoutMs : connectTimeoutMs,
    maxConnections: options.maxTcpConnections,
    shouldUpgrade: ({ url = "", headers }) =>
      url.startsWith(`${socketPath}/`) && headers.upgrade?.toLowerCase() === "websocket",
  };
}
