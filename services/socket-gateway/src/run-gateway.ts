import { once } from "node:events";
import { httpErrorHandler, notFound } from "@waiter/errors";
import { createOpsRouter, listenOps } from "@waiter/health";
import type { Lifecycle } from "@waiter/lifecycle";
import type { Logger } from "@waiter/logger";
import type { RedisConnection } from "@waiter/redis";
import { startTelemetry } from "@waiter/telemetry";
import type { GatewayConfig } from "./config.ts";
import { createContext, type Context } from "./context.ts";
import { startGateway, type GatewayService } from "./service.ts";
import { version } from "./version.ts";

/** Starts the gateway as configured; it is ready once it listens. */
export async function runGateway(
  config: GatewayConfig,
  lifecycle: Lifecycle,
  logger: Logger,
): Promise<void> {
  const telemetry = startTelemetry({
    service: "waiter-socket-gateway",
    version,
    endpoint: config.OTEL_EXPORTER_OTLP_ENDPOINT,
    sampleRatio: config.OTEL_TRACES_SAMPLER_ARG,
  });
  lifecycle.defer("telemetry", () => telemetry.shutdown());
  await telemetry.started;
  const context = createContext(config, { logger });
  const service = await startGateway(context, lifecycle);
  await mountOps(config, context, service, lifecycle);
  service.httpServer.listen(config.PORT, config.HOST);
  await once(service.httpServer, "listening");
  lifecycle.markReady();
  logger.info("ready", {
    port: config.PORT,
    compression: context.settings.compression,
    maxConnections: context.settings.maxConnections,
  });
}

async function mountOps(
  config: GatewayConfig,
  context: Context,
  { app, counts }: GatewayService,
  lifecycle: Lifecycle,
): Promise<void> {
  const ops = createOpsRouter({
    lifecycle,
    metrics: context.metrics,
    info: { service: "socket-gateway", version },
    checks: {
      redis: () => checkRedis(context.command),
      subscriber: () => checkRedis(context.subscriber),
    },
    sockets: () => counts.sum(),
  });
  const listener = await listenOps(app, ops, config);
  if (listener !== undefined) lifecycle.defer("ops", () => listener.close());
  app.use(notFound, httpErrorHandler(context.logger));
}

async function checkRedis(
  connection: RedisConnection,
): Promise<{ status: "up" | "down"; [detail: string]: unknown }> {
  if (connection.state !== "ready") return { status: "down", state: connection.state };
  return { status: "up", pingMs: await connection.ping() };
}
