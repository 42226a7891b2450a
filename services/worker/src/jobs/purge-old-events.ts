import { eachTenant, purgeEvents } from "@waiter/database";
import type { WorkerContext } from "../context.ts";

/** Rows of one transaction: short, because it holds up no one but takes a share of the disk. */
const page = 5_000;

/** Deletes events older than `EVENT_RETENTION`, tenant by tenant and page by page; returns how many. */
export async function purgeOldEvents(
  { database, config, logger }: Pick<WorkerContext, "database" | "config" | "logger">,
  signal: AbortSignal,
): Promise<number> {
  let purged = 0;
  for await (const tenantId of eachTenant(database)) {
    for (let count = page; count === page && !signal.aborted; purged += count) {
      count = await database.inTenant(tenantId, (tx) => purgeEvents(tx, { olderThanMs: config.EVENT_RETENTION, atMost: page }));
    }
  }
  if (purged > 0) logger.info("deleted old events", { events: purged });
  return purged;
}
