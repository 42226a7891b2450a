export { httpLogger } from "./http-logger.ts";
export {
  createLogger,
  silentLogger,
  type Logger,
  type LoggerOptions,
  type LogLevel,
} from "./logger.ts";
export { serializeError } from "./serialize-error.ts";
