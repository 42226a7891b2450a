import type { Environment } from "@waiter/config";
import { migrate } from "@waiter/database";
import { createLogger } from "@waiter/logger";
import { loadMigrationConfig } from "../config.ts";
import { version } from "../version.ts";

/** Brings the database to this release's schema: roles, migrations, grants. Repeatable. */
export async function migrateCommand(_args: readonly string[], env: Environment): Promise<void> {
  const config = loadMigrationConfig(env);
  const logger = createLogger({ service: "migrate", level: config.LOG_LEVEL, version });
  const { applied } = await migrate({
    migrationUrl: config.MIGRATION_DATABASE_URL,
    appUrl: config.DATABASE_URL,
    relayUrl: relayUrl(config),
    logger,
  });
  logger.info("migrated", { applied });
}

/** Where the relay has no role of its own (development), it is the application's or the owner's: nothing to grant. */
const relayUrl = ({
  RELAY_DATABASE_URL,
  DATABASE_URL,
}: ReturnType<typeof loadMigrationConfig>): string | undefined =>
  RELAY_DATABASE_URL === DATABASE_URL ? undefined : RELAY_DATABASE_URL;
