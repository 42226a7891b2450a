import { parseArgs, type ParseArgsConfig } from "node:util";
import { UsageError } from "./usage-error.ts";

/** Node's own parser, with its complaints as usage errors. */
export function parsed<T extends ParseArgsConfig>(config: T): ReturnType<typeof parseArgs<T>> {
  try {
    return parseArgs(config);
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

/** Throws a usage error where a command that takes no arguments was given some, such as --help. */
export const takesNone = (args: readonly string[]): void =>
  void parsed({ args: [...args], options: {} });
