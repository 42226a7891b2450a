import { ConfigError, type Environment } from "@waiter/config";
import { checkLogin, LoginRefusedError, migrate, RoleMissingError } from "@waiter/database";
import { createLogger } from "@waiter/logger";
import { loadMigrationConfig } from "../config.ts";
import { version } from "../version.ts";
import { checkRedisLogins } from "./check-redis-logins.ts";
import { checkSecrets } from "./check-secrets.ts";
import { takesNone } from "./parse-args.ts";

/**
 * Brings the database to this release's schema: roles, migrations, grants. Then logs in with each
 * URL, so that a wrong password is found before the services change. Repeatable. Redis' URLs come
 * first: they need no role that the migration creates.
 *
 * Throws a `ConfigError` where another attempt would fail for the same reason: a missing Secret, a
 * refused login, a role that the owner may not create.
 */
export async function migrateCommand(args: readonly string[], env: Environment): Promise<void> {
  takesNone(args);
  checkSecrets(env);
  const config = loadMigrationConfig(env);
  const logger = createLogger({ service: "migrate", level: config.LOG_LEVEL, version });
  await checkRedisLogins(env, logger);
  try {
    await checkLogin(config.MIGRATION_DATABASE_URL, "MIGRATION_DATABASE_URL");
    const { applied } = await migrate({
      migrationUrl: config.MIGRATION_DATABASE_URL,
      appUrl: config.DATABASE_URL,
      relayUrl: relayUrl(config),
      lockTimeoutMs: config.MIGRATION_LOCK_TIMEOUT,
      attempts: config.MIGRATION_ATTEMPTS,
      logger,
    });
    await checkLogin(config.DATABASE_URL, "DATABASE_URL");
    await checkLogin(config.RELAY_DATABASE_URL, "RELAY_DATABASE_URL");
    logger.info("migrated", { applied });
  } catch (error) {
    if (error instanceof LoginRefusedError || error instanceof RoleMissingError)
      throw new ConfigError([error.message]);
    throw error;
  }
}

/**
 * Where the relay has no role of its own (development), it is the application's or the owner's:
 * nothing to grant.
 */
const relayUrl = ({
  RELAY_DATABASE_URL,
  DATABASE_URL,
}: ReturnType<typeof loadMigrationConfig>): string | undefined =>
  RELAY_DATABASE_URL === DATABASE_URL ? undefined : RELAY_DATABASE_URL;
