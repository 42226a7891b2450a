import { httpErrorHandler, notFound } from "@waiter/errors";
import { mountOps, redisCheck } from "@waiter/health";
import type { Lifecycle } from "@waiter/lifecycle";
import type { GatewayCounts } from "@waiter/live-state";
import type { Express } from "express";
import { socketPath } from "./engine/create-io-server.ts";
import { securityHeaders } from "./engine/security-headers.ts";
import type { Gateway } from "./gateway.ts";
import { version } from "./version.ts";

/**
 * Mounts the gateway's HTTP edge: Socket.IO, the ops routes, 404. Resolves once OPS_PORT, where
 * there is one, listens.
 */
export async function mountApp(
  app: Express,
  { context, server }: Gateway,
  counts: GatewayCounts,
  lifecycle: Lifecycle,
): Promise<void> {
  app.use((_request, response, next) => {
    response.set(securityHeaders);
    next();
  });
  app.use(socketPath, (request, response) => {
    request.url = request.originalUrl;
    server.handleRequest(request, response);
  });
  await mountOps(
    { app, lifecycle, config: context.config },
    {
      metrics: context.metrics,
      info: { service: "socket-gateway", version },
      checks: {
        redis: redisCheck(context.command),
        subscriber: redisCheck(context.subscriber),
      },
      sockets: () => counts.sum(),
    },
  );
  app.use(notFound, httpErrorHandler(context.logger));
}
