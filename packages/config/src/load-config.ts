import type { z } from "zod";
import { ConfigError } from "./problems.ts";

export type Environment = Readonly<Record<string, string | undefined>>;
export type Shape = Readonly<Record<string, z.ZodType>>;
export type Config<S extends Shape> = Readonly<{ [K in keyof S]: z.output<S[K]> }>;

/** A rule over several variables: reports each problem that it finds. */
export type Rule<S extends Shape> = (
  config: Partial<Config<S>>,
  problem: (text: string) => void,
) => void;

/** Secrets are never repeated in a message. */
const secret = /KEY|TOKEN|SECRET|PASSWORD|_URL$/;

/**
 * Reads a typed, frozen configuration from an environment; keys are the variables' names. An empty
 * variable counts as unset. Throws one `ConfigError` that lists every problem at once, so that a
 * start fails once and not once per typo.
 */
export function loadConfig<S extends Shape>(
  shape: S,
  env: Environment,
  rules: readonly Rule<S>[] = [],
): Config<S> {
  const problems: string[] = [];
  const values: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(shape)) {
    const text = readText(name, env);
    const result = field.safeParse(text);
    if (result.success) values[name] = result.data;
    else
      problems.push(
        ...result.error.issues.map((issue) => describeProblem(name, text, issue.message, field)),
      );
  }
  for (const rule of rules) rule(values as Partial<Config<S>>, (problem) => problems.push(problem));
  if (problems.length > 0) throw new ConfigError(problems);
  return Object.freeze(values) as Config<S>;
}

/** What Docker links and Kubernetes service links put into `<SERVICE>_PORT`. */
const serviceLink = /^(?:tcp|udp|sctp):\/\/[^/\s]+:\d+$/;

/**
 * The text of a variable. White space around it is dropped: files of secrets end with a newline.
 * Undefined when nothing is left, or when a link to a container wrote the variable.
 */
export function readText(name: string, env: Environment): string | undefined {
  const text = env[name]?.trim();
  if (text === undefined || text === "") return undefined;
  return name.endsWith("_PORT") && serviceLink.test(text) ? undefined : text;
}

function describeProblem(
  name: string,
  text: string | undefined,
  message: string,
  field: z.ZodType,
): string {
  if (text === undefined) return `${name} is not set: ${field.description ?? "it is required"}`;
  const shown = secret.test(name)
    ? ""
    : ` ${JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}...` : text)}`;
  return `${name}${shown} is not valid: ${message}`;
}
