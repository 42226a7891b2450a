import { createServer, type Server as HttpServer } from "node:http";
import type { Lifecycle } from "@waiter/lifecycle";
import { RedisVersionError, type RedisConnection } from "@waiter/redis";
import express from "express";
import type { Context } from "./context.ts";
import { connectionOf, type EngineConnection } from "./engine/ws-internals.ts";
import { createGateway, type Gateway } from "./gateway.ts";
import { serveSockets } from "./serve-sockets.ts";
import { drainConnections } from "./connections/drain-connections.ts";
import { GatewayCountsStore } from "./counts/gateway-counts.ts";
import { countSockets, exportCounts } from "./counts/count-sockets.ts";
import { publishCounts } from "./counts/publish-counts.ts";
import { sweepSockets } from "./connections/sweep-sockets.ts";
import type { AnySocket, StaffSocket } from "./handshake/session.ts";

/** How long a gateway waits for Redis when it starts, ms; then it starts without. */
const startupWaitMs = 5_000;

export interface GatewayService {
  readonly gateway: Gateway;
  readonly httpServer: HttpServer;
  readonly app: express.Express;
  readonly counts: GatewayCountsStore;
}

/**
 * Wires a gateway into a lifecycle: its loops, its drain, its end. Resolves when it could take connections. While Redis is
 * away that is as degraded as if it had been lost later: boards stay current through the api, and nobody is restarted for
 * it. A Redis that is too old is an error.
 */
export async function startGateway(
  context: Context,
  lifecycle: Lifecycle,
): Promise<GatewayService> {
  const { settings, logger } = context;
  lifecycle.defer("connections", async () => {
    await context[Symbol.asyncDispose]();
  });
  await Promise.all([context.command, context.publisher, context.subscriber].map(readyOrAway));

  const app = express().disable("x-powered-by");
  const httpServer = createServer(app);
  const isDraining = (): boolean => lifecycle.signal.aborted;
  const gateway = createGateway(context, httpServer, isDraining);
  app.use("/socket.io", (request, response) => {
    request.url = request.originalUrl;
    gateway.server.handleRequest(request, response);
  });
  serveSockets(gateway, isDraining);
  const counts = new GatewayCountsStore(context.command, settings.gatewayId);
  exportCounts(gateway);
  startLoops(gateway, counts, lifecycle);

  lifecycle.onDrain("connections", async () => {
    logger.info("draining connections", {
      connections: gateway.server.engine.clientsCount,
      windowMs: settings.drainWindowMs,
    });
    await drainConnections(drainOptions(gateway));
  });
  lifecycle.defer("sockets", () => closeServer(gateway, httpServer));
  lifecycle.defer("counts", () => counts.remove().catch(() => undefined));
  return { gateway, httpServer, app, counts };
}

async function readyOrAway(connection: RedisConnection): Promise<void> {
  try {
    await connection.ready(startupWaitMs);
  } catch (error) {
    if (error instanceof RedisVersionError) throw error;
  }
}

function startLoops(gateway: Gateway, counts: GatewayCountsStore, lifecycle: Lifecycle): void {
  const { context, heads, trueHeads, presence, watch, revoked, tenants, limit, end } = gateway;
  const { settings, logger } = context;
  watch.start();
  trueHeads.start();
  presence.start();
  const sockets = (): AnySocket[] => [
    ...gateway.staff.sockets.values(),
    ...gateway.guest.sockets.values(),
  ];
  const stopCounts = publishCounts({
    store: counts,
    count: () => countSockets(gateway),
    changeMs: settings.countsChangeMs,
    refreshMs: settings.countsIntervalMs,
    onError: (error) => logger.debug("counts could not be written", { err: error }),
  });
  const timers = [
    setInterval(() => heads.tick(), settings.headTickMs),
    setInterval(
      () => sweepSockets({ sockets, limit, graceMs: settings.tokenGraceMs, end }),
      settings.sweepIntervalMs,
    ),
    setInterval(() => revoked.prune((tenantId) => tenants.has(tenantId)), 60_000),
  ];
  lifecycle.defer("loops", () => {
    stopCounts();
    for (const timer of timers) clearInterval(timer);
    watch.close();
    trueHeads.close();
    presence.close();
  });
}

/** Local only: no client of another gateway hears of it. */
function drainOptions({ server: { engine }, staff, guest, ends, context }: Gateway) {
  const sockets = Map.groupBy<EngineConnection, AnySocket>(
    [...staff.sockets.values(), ...guest.sockets.values()],
    connectionOf,
  );
  return {
    connections: () => engine.connections(),
    windowMs: context.settings.drainWindowMs,
    announce: (connection: EngineConnection, reconnectInMs: number) => {
      for (const socket of sockets.get(connection) ?? []) emitDraining(socket, reconnectInMs);
    },
    close: (connection: EngineConnection) => {
      ends.note(connection, "draining");
      connection.close();
    },
  };
}

const emitDraining = (socket: AnySocket, reconnectInMs: number): boolean =>
  (socket as StaffSocket).emit("draining", { reconnectInMs });

async function closeServer(
  { server, staff, guest }: Gateway,
  httpServer: HttpServer,
): Promise<void> {
  httpServer.closeAllConnections();
  server.engine.close();
  await Promise.allSettled([staff.adapter.close(), guest.adapter.close()]);
  if (httpServer.listening) await new Promise((resolve) => httpServer.close(resolve));
}
