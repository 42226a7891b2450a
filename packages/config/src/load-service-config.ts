import { loadConfig, readText, type Config, type Environment, type Shape } from "./load-config.ts";
import { redisUrlFrom } from "./redis-url.ts";

/**
 * Longest stop of a service that has no drain window: api 5 s of draining, worker the jobs it runs.
 */
const defaultDeadlineMs = 30_000;
/** Characters of a shared secret in production. */
const shortestSecret = 16;
/** What a gateway needs behind its drain window to close everything else. */
const afterDrainMs = 15_000;

/** Values that one of the cross-field rules fills in: never undefined after loading. */
interface Derived {
  CORS_ORIGIN: readonly string[];
  SHUTDOWN_DEADLINE: number;
  REDIS_URL: string;
  QUEUE_REDIS_URL: string;
  RELAY_DATABASE_URL: string;
  MIGRATION_DATABASE_URL: string;
}

export type ServiceConfig<S extends Shape> = Readonly<{
  [K in keyof S]: K extends keyof Derived ? Derived[K] : Config<S>[K];
}>;

type Values = Record<string, unknown>;
type Report = (problem: string) => void;

/** A variable that only production insists on. */
const requiredInProduction: Readonly<Record<string, string>> = {
  CORS_ORIGIN: "name the origins that may call, such as https://pizza.waiter.example",
  JWT_PRIVATE_KEYS: "PEM ES256 private keys; the `keys` command makes them",
  JWT_PUBLIC_KEYS: "PEM ES256 public keys; the `keys` command makes them",
  INTERNAL_TOKEN: "the secret that gateway and api share; the `keys` command makes one",
  RELAY_DATABASE_URL:
    "Postgres as the role of the relay, which may read the outbox and due deadlines only",
  MIGRATION_DATABASE_URL: "Postgres as the owner role; the services must not log in as the owner",
};

/**
 * A service's configuration: the variables of its `shape`, then the rules that span several of
 * them: what production requires, what one variable takes over from another, what contradicts.
 * Throws one `ConfigError` with every problem.
 */
export function loadServiceConfig<S extends Shape>(shape: S, env: Environment): ServiceConfig<S> {
  const config = loadConfig(shape, env, [
    (values, problem) => checkProduction(shape, values, env, problem),
    (values, problem) => checkRedis(shape, values, env, problem),
    (values, problem) => checkDeadline(values, problem),
    (values, problem) => checkVapid(shape, values, problem),
  ]);
  return Object.freeze(derive(shape, config)) as ServiceConfig<S>;
}

/** A platform token may have a name before it. */
const withoutName = (secret: string): string => secret.replace(/^[a-z][a-z0-9-]{0,31}:/, "");

function checkProduction(shape: Shape, values: Values, env: Environment, problem: Report): void {
  if (values["NODE_ENV"] !== "production") return;
  for (const [name, expected] of Object.entries(requiredInProduction)) {
    if (name in shape && isUnset(name, env))
      problem(`${name} is not set: required in production: ${expected}`);
  }
  if (!isUnset("WAITER_FAULT", env))
    problem("WAITER_FAULT is set: fault points are for tests and refused in production");
  for (const name of ["INTERNAL_TOKEN", "PLATFORM_ADMIN_TOKEN"]) {
    const secret = readText(name, env) ?? "";
    const short = secret
      .split(",")
      .some((part) => withoutName(part.trim()).length < shortestSecret);
    if (name in shape && secret !== "" && short)
      problem(`${name} is not valid: expected at least ${shortestSecret} characters in production`);
  }
  checkDomainUrl(shape, values, problem);
  checkOpsPort(shape, values, problem);
  const origins = values["CORS_ORIGIN"];
  if (Array.isArray(origins) && origins.includes("*"))
    problem('CORS_ORIGIN "*" is not valid: expected named origins in production');
}

/** Over http, cookies lose `Secure` and browsers are not told to come by https. */
function checkDomainUrl(shape: Shape, values: Values, problem: Report): void {
  const url = values["DOMAIN_URL"];
  if (!("DOMAIN_URL" in shape) || typeof url !== "string" || values["ALLOW_HTTP"] === true) return;
  if (!url.startsWith("https:"))
    problem(
      `DOMAIN_URL ${JSON.stringify(url)} is not valid: expected https in production, or ALLOW_HTTP=true`,
    );
}

/** The worker has no CORS_ORIGIN and no public port, so its ops routes may be on PORT. */
function checkOpsPort(shape: Shape, values: Values, problem: Report): void {
  if (!("OPS_PORT" in shape && "CORS_ORIGIN" in shape)) return;
  const { OPS_PORT: opsPort, PORT: port } = values;
  if (opsPort === undefined)
    problem("OPS_PORT is not set: required in production: a port that is not public");
  else if (opsPort === port && port !== 0)
    problem("OPS_PORT is not valid: expected a port other than PORT in production");
}

function checkRedis(shape: Shape, values: Values, env: Environment, problem: Report): void {
  if (!("REDIS_URL" in shape)) return;
  if (isUnset("REDIS_URL", env) && isUnset("REDIS_HOST", env))
    problem(
      "REDIS_URL is not set: expected REDIS_URL such as redis://localhost:6379, or REDIS_HOST and REDIS_PORT",
    );
  if (isUnset("REDIS_HOST", env) && values["REDIS_PORT"] !== undefined && isUnset("REDIS_URL", env))
    problem("REDIS_PORT is set without REDIS_HOST: expected both, or REDIS_URL");
  if (isUnset("REDIS_TLS_CERT", env) !== isUnset("REDIS_TLS_KEY", env))
    problem("REDIS_TLS_CERT and REDIS_TLS_KEY belong together: expected both or none");
}

function checkDeadline(values: Values, problem: Report): void {
  const { DRAIN_WINDOW: window, SHUTDOWN_DEADLINE: deadline } = values;
  if (typeof window === "number" && typeof deadline === "number" && deadline <= window) {
    problem(
      "SHUTDOWN_DEADLINE is not above DRAIN_WINDOW: expected room to close connections after draining (unset: DRAIN_WINDOW + 15s)",
    );
  }
}

/** A worker with half a key pair would fail each push. */
function checkVapid(shape: Shape, values: Values, problem: Report): void {
  if (!("VAPID_PRIVATE_KEY" in shape)) return;
  const names = ["VAPID_PUBLIC_KEY", "VAPID_PRIVATE_KEY", "VAPID_SUBJECT"];
  const set = names.filter((name) => values[name] !== undefined);
  if (set.length > 0 && set.length < names.length)
    problem(
      `${names.join(", ")} belong together: expected all or none; the \`keys\` command makes them`,
    );
}

/** What one variable takes over from another. */
function derive(shape: Shape, config: Values): Values {
  const redisUrl = redisUrlFrom(config);
  const window = config["DRAIN_WINDOW"];
  const derived: Values = {
    CORS_ORIGIN: config["CORS_ORIGIN"] ?? Object.freeze(["*"]),
    SHUTDOWN_DEADLINE:
      config["SHUTDOWN_DEADLINE"] ??
      (typeof window === "number" ? window + afterDrainMs : defaultDeadlineMs),
    REDIS_URL: redisUrl,
    QUEUE_REDIS_URL: config["QUEUE_REDIS_URL"] ?? redisUrl,
    RELAY_DATABASE_URL: config["RELAY_DATABASE_URL"] ?? config["DATABASE_URL"],
    MIGRATION_DATABASE_URL: config["MIGRATION_DATABASE_URL"] ?? config["DATABASE_URL"],
  };
  return {
    ...config,
    ...Object.fromEntries(Object.entries(derived).filter(([name]) => name in shape)),
  };
}

const isUnset = (name: string, env: Environment): boolean => readText(name, env) === undefined;
