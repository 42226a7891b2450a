import { isSpanContextValid, trace } from "@opentelemetry/api";
import winston from "winston";
import { serializeError } from "./serialize-error.ts";

/**
 * Structured log of one process. `fields` become properties of the line; an error goes into `err`.
 */
export interface Logger {
  debug(message: string, fields?: object): void;
  info(message: string, fields?: object): void;
  warn(message: string, fields?: object): void;
  error(message: string, fields?: object): void;
  /** A logger whose lines all carry these fields. */
  child(fields: object): Logger;
}

export type LogLevel = "debug" | "info" | "warn" | "error";

export interface LoggerOptions {
  readonly service: string;
  readonly level?: LogLevel;
  readonly version?: string;
  /** Where lines go; standard output by default. */
  readonly stream?: NodeJS.WritableStream;
}

/**
 * One JSON line per message: `time, level, service, message`, then the fields (`requestId?`,
 * `tenant?`, `err`...) and `traceId` where a trace is active. Fields cannot replace the first four.
 */
export function createLogger({ service, level = "info", version, stream }: LoggerOptions): Logger {
  const transport =
    stream === undefined
      ? new winston.transports.Console({ forceConsole: false })
      : new winston.transports.Stream({ stream });
  const backend = winston.createLogger({
    level,
    levels: { error: 0, warn: 1, info: 2, debug: 3 },
    format: winston.format.printf(({ level: name, message, traceId, fields }) =>
      line(name, service, version, message, traceId, fields as object),
    ),
    transports: [transport],
    exitOnError: false,
  });
  return wrap(backend, {});
}

function line(
  level: string,
  service: string,
  version: string | undefined,
  message: unknown,
  traceId: unknown,
  fields: object,
): string {
  const entry: Record<string, unknown> = {
    time: new Date().toISOString(),
    level,
    service,
    message,
  };
  if (version !== undefined) entry["version"] = version;
  if (traceId !== undefined) entry["traceId"] = traceId;
  let isFlat = isPlain(message);
  for (const name of Object.keys(fields)) {
    if (name in entry) continue;
    const value = (fields as Record<string, unknown>)[name];
    entry[name] = value instanceof Error ? serializeError(value) : value;
    isFlat &&= isPlain(value);
  }
  // Lines of requests are flat; a replacer is called for each of their values.
  return isFlat ? JSON.stringify(entry) : stringify(entry);
}

function activeTraceId(): string | undefined {
  const context = trace.getActiveSpan()?.spanContext();
  return context !== undefined && isSpanContextValid(context) ? context.traceId : undefined;
}

/** Never throws: values without a JSON form become text. */
function stringify(entry: Record<string, unknown>): string {
  const seen = new WeakSet<object>();
  return JSON.stringify(entry, (_name, value: unknown) => {
    if (typeof value === "bigint") return value.toString();
    if (value instanceof Error) return serializeError(value);
    if (typeof value !== "object" || value === null) return value;
    if (seen.has(value)) return "[seen above]";
    seen.add(value);
    return value;
  });
}

const isPlain = (value: unknown): boolean =>
  value === null || (typeof value !== "object" && typeof value !== "bigint");

function wrap(backend: winston.Logger, bound: object): Logger {
  const write = (level: LogLevel) => (message: string, fields?: object) => {
    // Read here, not in the format: a slow stream formats a line later, when another trace is
    // active.
    backend.log({ level, message, traceId: activeTraceId(), fields: { ...bound, ...fields } });
  };
  return {
    debug: write("debug"),
    info: write("info"),
    warn: write("warn"),
    error: write("error"),
    child: (fields) => wrap(backend, { ...bound, ...fields }),
  };
}

/** Writes nothing; for tests. */
export const silentLogger: Logger = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  child: () => silentLogger,
};
