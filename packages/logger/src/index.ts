export { httpLogger } from "./http-logger.ts";
export { createLogger, type Logger, type LogLevel } from "./logger.ts";
/** @testonly */
export { silentLogger } from "./logger.ts";
