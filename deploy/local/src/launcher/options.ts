import { join, resolve } from "node:path";
import { parseArgs } from "node:util";

type Environment = Record<string, string | undefined>;

export interface Options {
  /** Of the origin. */
  readonly port: number;
  /** Where everything is kept between runs. */
  readonly home: string;
  readonly gateways: number;
  readonly apis: number;
  /** Begin with an empty home. */
  readonly reset: boolean;
  /** Listen on every interface, and take a bare address for the demo's host. */
  readonly lan: boolean;
  /** Start services again when their sources change. */
  readonly watch: boolean;
  /** What the caller's environment says; it reaches the services too. */
  readonly env: Environment;
}

/**
 * Reads the command line and the environment, in which a blank variable is not set, as for the
 * services. Throws with every problem named.
 */
export function readOptions(args: readonly string[], given: Environment, root: string): Options {
  const env = Object.fromEntries(Object.entries(given).filter(([, text]) => text?.trim()));
  const { values } = parseArgs({
    args: args.filter((arg) => arg !== "--"),
    options: { reset: { type: "boolean" }, lan: { type: "boolean" }, watch: { type: "boolean" } },
  });
  const problems: string[] = [];
  const whole = (name: string, fallback: number, max: number): number => {
    const text = env[name];
    const number = text === undefined ? fallback : Number(text);
    if (!Number.isInteger(number) || number < 1 || number > max)
      problems.push(`${name} must be a whole number from 1 to ${max}, not "${text}"`);
    return number;
  };
  const options = {
    port: whole("PORT", 3_000, 65_535),
    home: resolve(env["WAITER_HOME"] ?? join(root, ".waiter")),
    gateways: whole("WAITER_GATEWAYS", 1, 16),
    apis: whole("WAITER_APIS", 1, 16),
    reset: values.reset ?? false,
    lan: values.lan ?? false,
    watch: values.watch ?? false,
    env,
  };
  if (env["NODE_ENV"] === "production")
    problems.push(
      "NODE_ENV is production: this launcher is for development, use the chart or compose.yaml",
    );
  if (problems.length > 0) throw new Error(problems.join("\n"));
  return options;
}
