import type { Environment } from "@waiter/config";
import { createDatabase, type Database } from "@waiter/database";
import { loadTenantConfig } from "../config.ts";

/** Runs a command's work on a database of its own, as the application role. */
export async function withDatabase<T>(
  env: Environment,
  work: (database: Database, config: ReturnType<typeof loadTenantConfig>) => Promise<T>,
): Promise<T> {
  const config = loadTenantConfig(env);
  await using database = createDatabase({
    url: config.DATABASE_URL,
    max: 2,
    name: "waiter-command",
  });
  return await work(database, config);
}
