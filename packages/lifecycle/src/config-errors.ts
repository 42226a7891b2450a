import { ConfigError } from "@waiter/config";
import { createLogger } from "@waiter/logger";

/** Exit code of a process whose environment is not valid: EX_CONFIG of sysexits.h. */
export const configErrorCode = 78;

export interface ProcessName {
  readonly name: string;
  readonly version: string;
}

/**
 * Runs `run`. A `ConfigError` is written to stderr, one JSON line per problem and no stack, and
 * sets the exit code to 78; undefined is returned. Other errors are thrown on.
 */
export function catchConfigErrors<T>(service: ProcessName, run: () => T): T | undefined {
  try {
    return run();
  } catch (error) {
    reportConfigError(service, error);
    return undefined;
  }
}

/**
 * Writes the problems of a `ConfigError` and sets the exit code to 78. Throws every other error.
 */
export function reportConfigError({ name, version }: ProcessName, error: unknown): void {
  if (!(error instanceof ConfigError)) throw error;
  const logger = createLogger({ service: name, version, stream: process.stderr });
  for (const problem of error.problems) logger.error(`configuration: ${problem}`);
  process.exitCode = configErrorCode;
}
