import { parseArgs, type ParseArgsConfig } from "node:util";
import { uuid } from "@waiter/contracts";
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

/** A person's id. Throws a usage error where the text is none, such as a name. */
export function personIdOf(text: string): string {
  const id = uuid.safeParse(text);
  if (!id.success)
    throw new UsageError(`--id is a person's id, not ${text}: GET /api/staff lists them`);
  return id.data;
}
