import { ConfigError, type Environment } from "@waiter/config";

/**
 * Keys that the services need from each Kubernetes Secret; the variable holds the Secret's name.
 */
const needed = {
  STORES_SECRET: [
    "MIGRATION_DATABASE_URL",
    "DATABASE_URL",
    "RELAY_DATABASE_URL",
    "REDIS_URL",
    "QUEUE_REDIS_URL",
  ],
  KEYS_SECRET: ["JWT_PUBLIC_KEYS"],
} as const;

/**
 * In the chart's migration Job, which starts without its Secrets: throws a `ConfigError` that names
 * each missing Secret and its missing keys. Elsewhere these variables are not set, and it does
 * nothing.
 */
export function checkSecrets(env: Environment): void {
  const problems = Object.entries(needed).flatMap(([variable, keys]) => {
    const secret = env[variable];
    const missing = keys.filter((key) => (env[key] ?? "") === "");
    if (secret === undefined || missing.length === 0) return [];
    return missing.length === keys.length
      ? [`the Secret ${secret} does not exist in this namespace, or it lacks ${missing.join(", ")}`]
      : [`the Secret ${secret} lacks ${missing.join(", ")}`];
  });
  if (problems.length > 0) throw new ConfigError(problems);
}
