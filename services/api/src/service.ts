import { waitForSchema } from "@waiter/database";
import { startTelemetry } from "@waiter/telemetry";
import { createApp } from "./app.ts";
import { createContext, type Context, type Overrides } from "./context.ts";
import type { ApiConfig } from "./config.ts";
import { ServerDrain } from "./http/drain-server.ts";
import { createHttpServer, listen } from "./http/server.ts";
import type { Lifecycle } from "@waiter/lifecycle";
import type { Logger } from "@waiter/logger";
import { version } from "./version.ts";

export interface StartOptions extends Overrides {
  /** How long answers say `Connection: close` at a stop, ms. */
  readonly drainMs?: number;
}

/** Starts the api: telemetry, connections, server, ready. Stopping drains first and closes in the reverse order. */
export async function startApi(
  config: ApiConfig,
  lifecycle: Lifecycle,
  logger: Logger,
  options: StartOptions = {},
): Promise<Context & { readonly port: number }> {
  const telemetry = startTelemetry({
    service: "api",
    version,
    endpoint: config.OTEL_EXPORTER_OTLP_ENDPOINT,
    sampleRatio: config.OTEL_TRACES_SAMPLER_ARG,
  });
  lifecycle.defer("telemetry", () => telemetry.shutdown());
  await telemetry.started;
  const context = createContext(config, lifecycle, logger, options);
  const drain = new ServerDrain();
  const app = await createApp(context, drain);
  await waitForSchema({ db: context.database.db, signal: lifecycle.signal, logger });
  const server = createHttpServer(app);
  const port = await listen(server, config.PORT, config.HOST);
  lifecycle.onDrain("http", () => drain.drain(server, options.drainMs ?? 5_000));
  lifecycle.markReady();
  logger.info("listening", { port, host: config.HOST, version });
  return { ...context, port };
}
