import { createLogger, type Logger, type LogLevel } from "@waiter/logger";
import { startTelemetry } from "@waiter/telemetry";
import { catchConfigErrors, type ProcessName } from "./config-errors.ts";
import type { Lifecycle } from "./lifecycle.ts";
import { runService } from "./run-service.ts";

/** The settings that every service has. */
export interface MainConfig {
  readonly LOG_LEVEL: LogLevel;
  readonly OTEL_EXPORTER_OTLP_ENDPOINT?: string | undefined;
  readonly OTEL_TRACES_SAMPLER_ARG: number;
  /** ms */
  readonly SHUTDOWN_DEADLINE: number;
}

export interface Main<C extends MainConfig> extends ProcessName {
  /** Throws `ConfigError` with every problem of the environment. */
  readonly loadConfig: (env: NodeJS.ProcessEnv) => C;
  /** Opens everything and marks the lifecycle ready. */
  readonly start: (config: C, lifecycle: Lifecycle, logger: Logger) => Promise<unknown>;
}

/**
 * The `main.ts` of a service: configuration, logger, telemetry, then `start`, until a signal stops
 * the process.
 *
 * Exit codes: 78 when the environment is not valid (one JSON line per problem on stderr), else
 * those of `runService`.
 */
export function runMain<C extends MainConfig>({ name, version, loadConfig, start }: Main<C>): void {
  const config = catchConfigErrors({ name, version }, () => loadConfig(process.env));
  if (config === undefined) return;
  const logger = createLogger({ service: name, level: config.LOG_LEVEL, version });
  runService({
    name,
    logger,
    deadlineMs: config.SHUTDOWN_DEADLINE,
    start: async (lifecycle) => {
      const telemetry = startTelemetry({
        service: name,
        version,
        endpoint: config.OTEL_EXPORTER_OTLP_ENDPOINT,
        sampleRatio: config.OTEL_TRACES_SAMPLER_ARG,
      });
      // First deferred, last closed: spans of the stop are exported too.
      lifecycle.defer("telemetry", () => telemetry.shutdown());
      await telemetry.started;
      await start(config, lifecycle, logger);
    },
  });
}
