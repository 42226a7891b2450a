import { loseConsumers, rebaseEventLog } from "@waiter/database";
import type { Context } from "../context.ts";

/**
 * Marks consumers lost that keep events beyond both EVENT_CONSUMER_WAIT and EVENT_RETENTION, and
 * repairs the positions after a dump was restored into a server whose transaction ids are lower.
 */
export async function keepLog({
  database,
  logger,
  config,
}: Pick<Context, "database" | "logger" | "config">): Promise<boolean> {
  if (await rebaseEventLog(database.db))
    logger.warn("transaction ids began again: positions of the event log have a new base");
  const keptMs = Math.max(config.EVENT_CONSUMER_WAIT, config.EVENT_RETENTION);
  const lost = await loseConsumers(database.db, keptMs);
  for (const consumer of lost)
    logger.error("a consumer of the event log is lost: it did not read for too long", { consumer });
  return true;
}
