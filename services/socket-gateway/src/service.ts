import type { Server as HttpServer } from "node:http";
import { createHttpServer, listen, type Lifecycle } from "@waiter/lifecycle";
import { GatewayCounts } from "@waiter/live-state";
import type { Logger } from "@waiter/logger";
import { RedisVersionError, type RedisConnection } from "@waiter/redis";
import express from "express";
import { mountApp } from "./app.ts";
import type { GatewayConfig } from "./config.ts";
import { createContext, type Overrides } from "./context.ts";
import { httpLimits } from "./engine/http-limits.ts";
import { createGateway, type Gateway } from "./gateway.ts";
import { serveSockets } from "./serve-sockets.ts";
import { exportCounts } from "./counts/count-sockets.ts";
import { startLoops } from "./start-loops.ts";
import { closeGateway, drainGateway } from "./stop-gateway.ts";

/** How long a starting gateway waits for Redis, ms; then it starts degraded. */
const startupWaitMs = 5_000;

export interface GatewayService {
  readonly gateway: Gateway;
  readonly httpServer: HttpServer;
  readonly port: number;
}

/**
 * Starts the gateway; it is ready once it listens. An outage of Redis at the start has the effect
 * of a later one: boards stay current through the api, and the process keeps running. A Redis below
 * 7.0 is an error. A stop drains the connections over DRAIN_WINDOW, then closes everything.
 */
export async function startGateway(
  config: GatewayConfig,
  lifecycle: Lifecycle,
  logger: Logger,
  overrides: Overrides = {},
): Promise<GatewayService> {
  const context = createContext(config, lifecycle, logger, overrides);
  await Promise.all([context.command, context.publisher, context.subscriber].map(readyOrAway));

  const app = express().disable("x-powered-by");
  const httpServer = createHttpServer(app, {
    keepAliveMs: config.KEEP_ALIVE_TIMEOUT,
    maxPipelined: config.MAX_PIPELINED_REQUESTS,
    maxUnreadBytes: config.UNREAD_ANSWER_BYTES,
    ...httpLimits(context.settings),
  });
  const isDraining = (): boolean => lifecycle.signal.aborted;
  const gateway = createGateway(context, httpServer, isDraining);
  serveSockets(gateway, isDraining);
  const counts = new GatewayCounts(context.command.client);
  exportCounts(gateway);
  startLoops(gateway, counts, lifecycle);
  lifecycle.onDrain("connections", () => drainGateway(gateway));
  lifecycle.defer("sockets", () => closeGateway(gateway, httpServer));
  lifecycle.defer("counts", () => counts.remove(context.settings.gatewayId).catch(() => undefined));

  await mountApp(app, gateway, counts, lifecycle);
  const port = await listen(httpServer, config.PORT, config.HOST);
  lifecycle.markReady();
  const { compression, maxConnections } = context.settings;
  logger.info("ready", { port, compression, maxConnections });
  return { gateway, httpServer, port };
}

async function readyOrAway(connection: RedisConnection): Promise<void> {
  try {
    await connection.ready(startupWaitMs);
  } catch (error) {
    if (error instanceof RedisVersionError) throw error;
  }
}
