import {
  LeaseLostError,
  purgeEvents,
  purgeRetired,
  purgeStaffSessions,
  renewLease,
  tenantsToPurge,
  type TenantsToPurge,
  type TenantTransaction,
  type WorkerLease,
} from "@waiter/database";
import { purgeAnswers } from "@waiter/requests";
import type { Context } from "../context.ts";
import { inTurn } from "./in-turn.ts";

/** Rows of one transaction: short, because a purge shares the disk with requests. */
const page = 5_000;

/** Deletes up to `atMost` rows of one tenant; resolves with how many. */
type Purge = (tx: TenantTransaction, page: { readonly atMost: number }) => Promise<number>;

/**
 * Deletes old answers, events, sessions, retired codes and slugs, page by page, until the signal.
 * Only tenants that have old rows cost a transaction. Each page renews the lease. A tenant where it
 * fails waits for the next round. Resolves with false when the signal interrupted it.
 */
export async function purgeOldRows(
  context: Pick<Context, "database" | "logger" | "config">,
  lease: WorkerLease,
  signal: AbortSignal,
): Promise<boolean> {
  const olderThanMs = context.config.EVENT_RETENTION;
  const purges: Readonly<Record<keyof TenantsToPurge, Purge>> = {
    answers: purgeAnswers,
    events: (tx, { atMost }) => purgeEvents(tx, { olderThanMs, atMost }),
    sessions: purgeStaffSessions,
  };
  const purged = { answers: 0, events: 0, sessions: 0, retired: 0 };
  for await (const due of tenantsToPurge(context.database.db, { eventsOlderThanMs: olderThanMs }))
    for (const what of ["answers", "events", "sessions"] as const)
      for (const tenantId of due[what]) {
        if (signal.aborted) return false;
        purged[what] += await purgeTenant(context, {
          tenantId,
          what,
          lease,
          signal,
          purge: purges[what],
        });
      }
  for (let count = page; count >= page && !signal.aborted; purged.retired += count) {
    await renewLease(context.database.db, lease);
    count = await purgeRetired(context.database.db, { atMost: page });
  }
  if (Object.values(purged).some((count) => count > 0))
    context.logger.info("worker deleted old rows", purged);
  return !signal.aborted;
}

interface TenantPurge {
  readonly tenantId: string;
  readonly what: string;
  readonly lease: WorkerLease;
  readonly signal: AbortSignal;
  readonly purge: Purge;
}

async function purgeTenant(
  { database, logger }: Pick<Context, "database" | "logger">,
  { tenantId, what, lease, signal, purge }: TenantPurge,
): Promise<number> {
  let purged = 0;
  try {
    for (let count = page; count === page && !signal.aborted; purged += count)
      count = await inTurn(() =>
        database.inTenant(tenantId, async (tx) => {
          await renewLease(tx, lease);
          return await purge(tx, { atMost: page });
        }),
      );
  } catch (err) {
    if (err instanceof LeaseLostError) throw err;
    logger.warn("worker could not delete old rows of a tenant", { what, tenant: tenantId, err });
  }
  return purged;
}
