import { UnavailableError } from "@waiter/database";
import { endExpired } from "@waiter/ledger";
import type { Context } from "../context.ts";
import { claimDueDeliveries, releaseDeliveries, type DueRow } from "./claim-due-deliveries.ts";

const due = { graceMs: 2_000, claimMs: 15_000, longestClaimMs: 60_000, page: 500 };

/**
 * Adds the jobs of due ledger rows again, wherever Redis lost them, and fails the rows whose step
 * is over. Returns how many rows it took care of. While the queue's Redis is away, or refuses jobs
 * for want of memory, no row stays claimed for a job that was not added: the claim would hold the
 * row back after the outage.
 */
export async function sweepDeliveries(
  context: Pick<
    Context,
    "relayDatabase" | "database" | "deliveries" | "producerRedis" | "metrics" | "logger"
  >,
  signal: AbortSignal,
): Promise<number> {
  const { db } = context.relayDatabase;
  let swept = 0;
  let onlyExpired = context.producerRedis.state !== "ready";
  for (let isAdded = false; !isAdded; onlyExpired = true) {
    isAdded = true;
    for await (const claimed of claimDueDeliveries(db, { ...due, onlyExpired })) {
      if (signal.aborted) return swept;
      const [over, waiting] = [
        claimed.filter(({ expired }) => expired),
        claimed.filter(({ expired }) => !expired),
      ];
      isAdded = await context.deliveries.add(
        waiting.map(({ tenantId, deliveryId }) => ({ tenantId, deliveryId, delayMs: 0 })),
      );
      if (!isAdded) await releaseDeliveries(db, waiting);
      swept += isAdded ? claimed.length : over.length;
      for (const [tenantId, rows] of byTenant(over)) await end(context, tenantId, rows);
      if (!isAdded) break;
    }
  }
  return swept;
}

const byTenant = (rows: readonly DueRow[]): Map<string, DueRow[]> =>
  Map.groupBy(rows, ({ tenantId }) => tenantId);

/** A failing tenant must not stop the others; without a database all fail. */
async function end(
  { database, metrics, logger }: Pick<Context, "database" | "metrics" | "logger">,
  tenantId: string,
  rows: readonly DueRow[],
): Promise<void> {
  const ids = rows.map(({ deliveryId }) => deliveryId);
  try {
    const ended = await database.inTenant(tenantId, (tx) => endExpired(tx, ids));
    for (const { channel, state } of ended)
      if (channel !== "socket") metrics.deliveries.inc({ channel, outcome: state });
  } catch (err) {
    if (err instanceof UnavailableError && !err.isLimit) throw err;
    logger.error("worker could not end deliveries", { tenant: tenantId, err });
  }
}
